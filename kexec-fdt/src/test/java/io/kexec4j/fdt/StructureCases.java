package io.kexec4j.fdt;

import static io.kexec4j.fdt.FdtError.BADSTRUCTURE;
import static io.kexec4j.fdt.FdtError.TRUNCATED;
import static io.kexec4j.fdt.RawBlob.STRUCTURE_SIZE;
import static io.kexec4j.fdt.RawBlob.base;
import static io.kexec4j.fdt.SpecificationRule.DATA_AFTER_END;
import static io.kexec4j.fdt.SpecificationRule.NO_ROOT;
import static io.kexec4j.fdt.SpecificationRule.PROPERTY_AFTER_CHILD;
import static io.kexec4j.fdt.SpecificationRule.PROPERTY_OUTSIDE;
import static io.kexec4j.fdt.SpecificationRule.UNIT_ADDRESS_WITHOUT_REG;

import io.kexec4j.fdt.BlobCase.Cases;
import java.util.List;

/** Blobs of peculiar tokens. */
final class StructureCases {
    private StructureCases() {}

    static List<BlobCase> all() {
        Cases cases = new Cases();
        order(cases);
        lengths(cases);
        for (int depth : new int[] {32, 33, 64, 65, 1000, 20_000}) {
            cases.good(String.format("d%05d", depth), nested(depth));
        }
        return cases.list();
    }

    /** As many nodes as this, each in the one before. */
    static RawBlob nested(int depth) {
        RawBlob blob = new RawBlob();
        for (int i = 0; i < depth; i++) {
            blob.begin(i == 0 ? "" : "a");
        }
        for (int i = 0; i < depth; i++) {
            blob.end();
        }
        return blob.finish();
    }

    private static void order(Cases cases) {
        RawBlob open = root().property("compatible", "acme,x\0").begin("n@1").property("reg", 1);
        cases.good("s01_only_end", new RawBlob().finish(), NO_ROOT)
                .bad("s02_empty_struct", new RawBlob(), TRUNCATED)
                .bad("s03_no_end", root().end(), TRUNCATED)
                .bad("s04_no_end_node", open.end().finish(), BADSTRUCTURE)
                .bad("s05_extra_end_node", root().end().end().finish(), BADSTRUCTURE)
                .bad("s06_two_roots", root().end().begin("").end().finish(), BADSTRUCTURE)
                .bad("s07_named_root", new RawBlob().begin("fake").end().finish(), BADSTRUCTURE)
                .bad("s08_root_slash", new RawBlob().begin("/").end().finish(), BADSTRUCTURE)
                .good(
                        "s09_prop_before_root",
                        new RawBlob().property("reg", 1).begin("").end().finish(),
                        PROPERTY_OUTSIDE)
                .good("property_and_no_root", new RawBlob().property("reg", 1).finish(), PROPERTY_OUTSIDE, NO_ROOT)
                .bad("s10_prop_after_root", root().end().property("reg", 1).finish(), BADSTRUCTURE)
                .good("s11_nops_everywhere", nops())
                .good("s12_after_end", base().nop(), DATA_AFTER_END)
                .good("s13_two_ends", base().finish(), DATA_AFTER_END)
                .bad("s14_tag0", root().token(0).end().finish(), BADSTRUCTURE)
                .bad("s15_tag5", root().token(5).end().finish(), BADSTRUCTURE)
                .bad("s16_tag_ff", root().token(-1).end().finish(), BADSTRUCTURE)
                .good(
                        "s17_prop_after_subnode",
                        root().begin("a").end().property("reg", 1).end().finish(),
                        PROPERTY_AFTER_CHILD);
    }

    private static RawBlob nops() {
        return new RawBlob()
                .nop()
                .begin("")
                .nop()
                .property("compatible", "x\0")
                .nop()
                .nop()
                .begin("a")
                .nop()
                .end()
                .nop()
                .end()
                .nop()
                .finish();
    }

    private static void lengths(Cases cases) {
        cases.bad("s18_proplen_gt", length(0x1000), BADSTRUCTURE)
                .bad("s19_proplen_intmax", length(0x7fffffff), BADSTRUCTURE)
                .bad("s20_proplen_ffffffff", length(-1), BADSTRUCTURE)
                .bad("s21_proplen_fffffffa", length(-6), BADSTRUCTURE)
                .bad("s22_proplen_eats_end", length(12), TRUNCATED)
                .bad("s23_prop_header_cut", root().token(3).strings("reg\0"), BADSTRUCTURE)
                .bad("s24_prop_header_cut2", root().token(3, 4).strings("reg\0"), BADSTRUCTURE)
                .bad("s25_name_no_nul", root().token(1).raw("abcdefgh").strings("reg\0"), BADSTRUCTURE)
                .bad("s26_unit_cut", root().end().raw("\0\0"), TRUNCATED)
                .bad(
                        "value_without_its_padding",
                        root().token(3, 3, 0).raw("abc").strings("x\0"),
                        TRUNCATED)
                .bad("name_without_its_padding", root().token(1).raw("a\0"), TRUNCATED)
                .bad("size_of_structure_unaligned", base().field(STRUCTURE_SIZE, 62), TRUNCATED)
                .good(
                        "s27_nonzero_pad",
                        new RawBlob()
                                .padWith(0xff)
                                .begin("")
                                .property("compatible", "acme,x\0\0\0")
                                .begin("abc@12")
                                .end()
                                .end()
                                .finish(),
                        UNIT_ADDRESS_WITHOUT_REG);
    }

    /** A property that says that its value has so many bytes; there are 4. */
    private static RawBlob length(int length) {
        return root().token(3, length, 0, 1).end().finish().strings("reg\0");
    }

    private static RawBlob root() {
        return new RawBlob().begin("");
    }
}
