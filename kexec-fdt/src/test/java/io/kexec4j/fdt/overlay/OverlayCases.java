package io.kexec4j.fdt.overlay;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtError;
import java.util.List;
import java.util.Optional;

/** Overlays, each about one rule, and what libfdt 1.8.1 makes of them unless it is unsafe. */
final class OverlayCases {
    private static final String SYMBOLS = "/__symbols__ a=\"/a\" b=\"/b@10\" sub=\"/b@10/sub\"";

    private static final String[] BASE = base(2, SYMBOLS);

    private static final String[] NO_SYMBOLS = {"/a p=<1> phandle=<1>", "/b@10 ref=<1>"};

    private static final String TARGET_A = "/fragment@0 target=<1>";
    private static final String UNRESOLVED = "/fragment@0 target=<0xffffffff>";
    private static final String CONTENT = "/fragment@0/__overlay__";
    private static final String FIXUP = "/__fixups__ a=\"/fragment@0:target:0\"";

    /**
     * A case.
     *
     * @param name what it is about
     * @param base the base
     * @param overlay the overlay
     * @param error what is wrong, if anything
     * @param message a part of the message, or "" if there is no error
     * @param changes lines that the result has in addition to the base
     */
    record Case(
            String name,
            EditableTree base,
            EditableTree overlay,
            Optional<FdtError> error,
            String message,
            List<String> changes) {
        @Override
        public String toString() {
            return name;
        }

        EditableTree expected() {
            EditableTree expected = base.copy();
            Trees.of(changes.toArray(String[]::new)).nodes().forEach(node -> {
                var target = expected.root();
                for (String part : node.path().substring(1).split("/", -1)) {
                    target = part.isEmpty() ? target : target.childOrAdd(part);
                }
                for (var property : node.properties()) {
                    target.set(property.name(), property.value());
                }
            });
            return expected;
        }
    }

    private OverlayCases() {}

    static List<Case> all() {
        return List.of(
                good("by path", lines("/f target-path=\"/b@10\"", "/f/__overlay__ new"), "/b@10 new"),
                good("path without unit", lines("/f target-path=\"/b\"", "/f/__overlay__ new"), "/b@10 new"),
                good("path of the root", lines("/f target-path=\"/\"", "/f/__overlay__/n x=<5>"), "/n x=<5>"),
                good("literal phandle", lines(TARGET_A, CONTENT + " new"), "/a new"),
                good("target by label", lines(UNRESOLVED, CONTENT + " new", FIXUP), "/a new"),
                good(
                        "target wins over target-path",
                        lines(TARGET_A + " target-path=\"/b@10\"", CONTENT + " new"),
                        "/a new"),
                good(
                        "target 0 is none",
                        lines("/f target=<0> target-path=\"/b@10\"", "/f/__overlay__ new"),
                        "/b@10 new"),
                good(
                        "two places",
                        lines(UNRESOLVED, CONTENT + " r=<7 -1>", fixups("/fragment@0:target:0", CONTENT + ":r:4")),
                        "/a r=<7 1>"),
                good(
                        "unaligned place",
                        lines(
                                UNRESOLVED,
                                CONTENT + " r=[01 02 03 ff ff ff ff 04]",
                                fixups("/fragment@0:target:0", CONTENT + ":r:3")),
                        "/a r=[01 02 03 00 00 00 01 04]"),
                good(
                        "local reference",
                        lines(
                                TARGET_A,
                                CONTENT + " r=<1 9>",
                                CONTENT + "/n phandle=<1>",
                                "/__local_fixups__/fragment@0/__overlay__ r=<0>"),
                        "/a r=<3 9>",
                        "/a/n phandle=<3>"),
                good(
                        "linux,phandle",
                        lines(TARGET_A, CONTENT + "/n phandle=<3> linux,phandle=<3>"),
                        "/a/n phandle=<5> linux,phandle=<5>"),
                good(
                        "merge into what is there",
                        lines(
                                "/f target-path=\"/b@10\"",
                                "/f/__overlay__ reg=<1> ref=<1 2 3 4>",
                                "/f/__overlay__/sub q=\"now\" r"),
                        "/b@10 reg=<1> ref=<1 2 3 4>",
                        "/b@10/sub q=\"now\" r"),
                good(
                        "the phandle of the base survives",
                        lines(
                                "/f target-path=\"/\"",
                                "/f/__overlay__/a phandle=<1>",
                                "/f/__overlay__/c ref=<1>",
                                "/__local_fixups__/f/__overlay__/c ref=<0>"),
                        "/c ref=<1>"),
                good("no __overlay__", lines(TARGET_A, "/fragment@0/nothing x")),
                good("any name", lines("/foo target=<1>", "/foo/__overlay__ new"), "/a new"),
                good(
                        "a target of an earlier fragment",
                        lines(
                                "/f1 target-path=\"/\"",
                                "/f1/__overlay__/made",
                                "/f2 target-path=\"/made\"",
                                "/f2/__overlay__ y"),
                        "/made y"),
                good(
                        "labels",
                        lines(
                                "/f target-path=\"/b@10\"",
                                "/f/__overlay__/n",
                                "/__symbols__ lbl=\"/f/__overlay__/n\" top=\"/f/__overlay__\" skip=\"/foo\" s2=\"/f/x/y\""),
                        "/b@10/n",
                        "/__symbols__ lbl=\"/b@10/n\" top=\"/b@10/\""),
                new Case(
                        "labels without labels in the base",
                        Trees.of(NO_SYMBOLS),
                        Trees.of("/f target-path=\"/a\"", "/f/__overlay__/n", "/__symbols__ l=\"/f/__overlay__/n\""),
                        Optional.empty(),
                        "",
                        List.of("/a/n", "/__symbols__ l=\"/a/n\"")),
                good("nothing", lines("/")),
                bad(
                        FdtError.BADOFFSET,
                        "label a cannot be found: the base has no /__symbols__",
                        NO_SYMBOLS,
                        UNRESOLVED,
                        CONTENT,
                        FIXUP),
                bad(
                        FdtError.NOTFOUND,
                        "label zz is not in",
                        BASE,
                        UNRESOLVED,
                        "/__fixups__ zz=\"/fragment@0:target:0\""),
                bad(
                        FdtError.NOTFOUND,
                        "label a of the base stands for /gone, which does not exist",
                        base(2, "/__symbols__ a=\"/gone\""),
                        UNRESOLVED,
                        FIXUP),
                bad(
                        FdtError.BADPATH,
                        "label a in /__symbols__ of the base is no path, but \"gone/x\"",
                        base(2, "/__symbols__ a=\"gone/x\""),
                        UNRESOLVED,
                        FIXUP),
                bad(
                        FdtError.BADVALUE,
                        "label a in /__symbols__ of the base is not a path with a NUL",
                        base(2, "/__symbols__ a=[2f 61]"),
                        UNRESOLVED,
                        FIXUP),
                bad(
                        FdtError.NOTFOUND,
                        "label sub of the base stands for /b@10/sub, which has no phandle",
                        BASE,
                        UNRESOLVED,
                        "/__fixups__ sub=\"/fragment@0:target:0\""),
                bad(FdtError.BADPHANDLE, "never resolved", BASE, UNRESOLVED, CONTENT),
                bad(FdtError.BADPHANDLE, "not 8 bytes", BASE, "/fragment@0 target=<1 1>", CONTENT),
                bad(FdtError.NOTFOUND, "phandle 99, does not exist", BASE, "/fragment@0 target=<99>", CONTENT),
                bad(FdtError.BADOVERLAY, "neither a target nor a target-path", BASE, CONTENT),
                bad(FdtError.BADOVERLAY, "neither a target nor", BASE, "/fragment@0 target=<0>", CONTENT),
                bad(FdtError.NOTFOUND, "/nope, does not exist", BASE, "/fragment@0 target-path=\"/nope\"", CONTENT),
                bad(FdtError.BADPATH, "nor with an alias: \"a\"", BASE, "/fragment@0 target-path=\"a\"", CONTENT),
                bad(FdtError.BADPATH, "nor with an alias: \"\"", BASE, "/fragment@0 target-path=\"\"", CONTENT),
                bad(FdtError.BADOVERLAY, "does not end", BASE, "/fragment@0 target-path=[2f 61]", CONTENT),
                badFixup(FdtError.BADOVERLAY, "names a node that the overlay lacks", "/nope:target:0"),
                badFixup(FdtError.NOTFOUND, "names a property that is not there", "/fragment@0:nope:0"),
                badFixup(FdtError.BADOVERLAY, "at offset 4 of a value of 4", "/fragment@0:target:4"),
                badFixup(FdtError.BADOVERLAY, "at offset 1 of a value of 4", "/fragment@0:target:1"),
                badFixup(FdtError.BADOVERLAY, "at offset 4294967292", "/fragment@0:target:4294967292"),
                badFixup(FdtError.BADOVERLAY, "is not path:property:offset", "/fragment@0:target:99999999999"),
                badFixup(FdtError.BADOVERLAY, "is not path:property:offset", "/fragment@0:target"),
                badFixup(FdtError.BADOVERLAY, "is not path:property:offset", "/fragment@0"),
                badFixup(FdtError.BADOVERLAY, "is not path:property:offset", "/fragment@0:target:"),
                badFixup(FdtError.BADOVERLAY, "is not path:property:offset", "/fragment@0::0"),
                badFixup(FdtError.BADOVERLAY, "is not path:property:offset", "/fragment@0:"),
                badFixup(FdtError.BADOVERLAY, "is not path:property:offset", "/fragment@0:target:+0"),
                badFixup(FdtError.BADOVERLAY, "is not path:property:offset", "/fragment@0:target:0x0"),
                badFixup(FdtError.BADOVERLAY, "is not path:property:offset", "/fragment@0:target:0:0"),
                badFixup(FdtError.BADOVERLAY, "is not path:property:offset", ""),
                badFixup(FdtError.BADPATH, "begins with no /", "fragment@0:target:0"),
                badFixup(FdtError.BADPATH, "begins with no /", ":target:0"),
                bad(FdtError.BADOVERLAY, "each with a NUL", BASE, TARGET_A, CONTENT, "/__fixups__ a=[2f 66]"),
                bad(FdtError.BADOVERLAY, "each with a NUL", BASE, TARGET_A, CONTENT, "/__fixups__ a"),
                badLocal("4 bytes each", "/fragment@0/__overlay__ r=[00 00 00]"),
                badLocal("a property that /fragment@0/__overlay__ lacks", "/fragment@0/__overlay__ zz=<0>"),
                badLocal("a node that / lacks", "/nope r=<0>"),
                badLocal("at offset 4 of a value of 4", "/fragment@0/__overlay__ r=<4>"),
                badLocal("at offset 16 of a value of 4", "/fragment@0/__overlay__ r=<16>"),
                badLocal("at offset 1048576 of", "/fragment@0/__overlay__ r=<0x100000>"),
                badLocal("at offset 4294967292 of", "/fragment@0/__overlay__ r=<0xfffffffc>"),
                bad(
                        FdtError.NOPHANDLES,
                        "phandle 1 would be past the largest possible one: the base has up to 4294967294",
                        base(-2, SYMBOLS),
                        TARGET_A,
                        CONTENT + "/n phandle=<1>"),
                bad(
                        FdtError.NOPHANDLES,
                        "the reference to phandle 1 would be past",
                        base(-2, SYMBOLS),
                        TARGET_A,
                        CONTENT + " r=<1>",
                        "/__local_fixups__/fragment@0/__overlay__ r=<0>"),
                bad(FdtError.NOPHANDLES, "would be past", BASE, TARGET_A, CONTENT + "/n phandle=<0xfffffffe>"),
                bad(FdtError.BADPHANDLE, "not 8 bytes", BASE, TARGET_A, CONTENT + "/n phandle=<1 2>"),
                bad(FdtError.BADPHANDLE, "neither 0 nor", BASE, TARGET_A, CONTENT + "/n linux,phandle=<0>"),
                bad(FdtError.BADPHANDLE, "neither 0 nor", BASE, TARGET_A, CONTENT + "/n phandle=<-1>"),
                badLabel(FdtError.BADVALUE, "label l is a path", "<0x01020304>"),
                badLabel(FdtError.BADVALUE, "label l is a path", "\"/fragment@0/__overlay__\",\"/x\""),
                badLabel(FdtError.BADVALUE, "label l is a path", "\"fragment@0/__overlay__/n\""),
                badLabel(FdtError.BADOVERLAY, "label l is in fragment f", "\"/f/__overlay__/n\""));
    }

    private static String[] base(int phandle, String symbols) {
        return lines(
                "/ #address-cells=<1> #size-cells=<1>",
                "/a p=<1> phandle=<1>",
                "/b@10 reg=<0x10 4> ref=<1> phandle=<" + phandle + ">",
                "/b@10/sub q",
                symbols);
    }

    private static String[] lines(String... lines) {
        return lines;
    }

    private static String fixups(String first, String second) {
        return "/__fixups__ a=\"" + first + "\",\"" + second + '"';
    }

    private static Case good(String name, String[] overlay, String... changes) {
        return new Case(name, Trees.of(BASE), Trees.of(overlay), Optional.empty(), "", List.of(changes));
    }

    private static Case bad(FdtError error, String message, String[] base, String... overlay) {
        String name = error + ": " + message + ' ' + String.join(" ", overlay);
        return new Case(name, Trees.of(base), Trees.of(overlay), Optional.of(error), message, List.of());
    }

    private static Case badFixup(FdtError error, String message, String fixup) {
        return bad(error, message, BASE, UNRESOLVED, CONTENT, "/__fixups__ a=\"" + fixup + '"');
    }

    private static Case badLocal(String message, String fixups) {
        return bad(
                FdtError.BADOVERLAY, message, BASE, TARGET_A, CONTENT + " r=<1> s=<7>", "/__local_fixups__" + fixups);
    }

    private static Case badLabel(FdtError error, String message, String value) {
        return bad(error, message, BASE, TARGET_A, CONTENT + "/n", "/__symbols__ l=" + value);
    }
}
