package io.kexec4j.fdt;

import static io.kexec4j.fdt.FdtError.BADOFFSET;
import static io.kexec4j.fdt.FdtError.TRUNCATED;
import static io.kexec4j.fdt.RawBlob.STRINGS_SIZE;
import static io.kexec4j.fdt.SpecificationRule.NODE_NAME_CHARACTERS;
import static io.kexec4j.fdt.SpecificationRule.NODE_NAME_LENGTH;
import static io.kexec4j.fdt.SpecificationRule.NODE_NAME_OF_PROPERTY;
import static io.kexec4j.fdt.SpecificationRule.NODE_NAME_START;
import static io.kexec4j.fdt.SpecificationRule.NODE_NAME_TWICE;
import static io.kexec4j.fdt.SpecificationRule.PHANDLE_TWICE;
import static io.kexec4j.fdt.SpecificationRule.PHANDLE_VALUE;
import static io.kexec4j.fdt.SpecificationRule.PROPERTY_NAME_CHARACTERS;
import static io.kexec4j.fdt.SpecificationRule.PROPERTY_NAME_LENGTH;
import static io.kexec4j.fdt.SpecificationRule.PROPERTY_NAME_TWICE;
import static io.kexec4j.fdt.SpecificationRule.UNIT_ADDRESS_CHARACTERS;
import static io.kexec4j.fdt.SpecificationRule.UNIT_ADDRESS_WITHOUT_REG;

import io.kexec4j.fdt.BlobCase.Cases;
import java.util.List;

/** Blobs of peculiar names and values. */
final class ContentCases {
    private ContentCases() {}

    static List<BlobCase> all() {
        Cases cases = new Cases();
        nodeNames(cases);
        propertyNames(cases);
        phandles(cases);
        values(cases);
        many(cases);
        return cases.list();
    }

    private static void nodeNames(Cases cases) {
        cases.good("n01_empty_child_name", child(""), NODE_NAME_LENGTH)
                .good("n02_slash_in_name", child("a/b"), NODE_NAME_CHARACTERS)
                .good("n03_two_ats", child("n@1@2"), UNIT_ADDRESS_CHARACTERS, UNIT_ADDRESS_WITHOUT_REG)
                .good("n04_latin1", child("caf\u00e9"), NODE_NAME_CHARACTERS)
                .good("starts_with_digit", child("3d"), NODE_NAME_START)
                .good("empty_unit", child("a@"), UNIT_ADDRESS_CHARACTERS, UNIT_ADDRESS_WITHOUT_REG)
                .good("name_of_31", child("n".repeat(31)))
                .good("name_of_32", child("n".repeat(32)), NODE_NAME_LENGTH)
                .good("n05_long_32", child("n".repeat(40) + "@1"), NODE_NAME_LENGTH, UNIT_ADDRESS_WITHOUT_REG)
                .good("n06_long_5000", child("n".repeat(5000)), NODE_NAME_LENGTH)
                .good(
                        "n07_dup_nodes",
                        root().begin("a")
                                .property("reg", 1)
                                .end()
                                .begin("a")
                                .property("reg", 2)
                                .end()
                                .end()
                                .finish(),
                        NODE_NAME_TWICE)
                .good(
                        "n08_dup_props",
                        root().property("reg", 1).property("reg", 2).end().finish(),
                        PROPERTY_NAME_TWICE)
                .good(
                        "n09_unit_lookup",
                        root().begin("a@1")
                                .end()
                                .begin("a@2")
                                .end()
                                .begin("a")
                                .end()
                                .end()
                                .finish(),
                        UNIT_ADDRESS_WITHOUT_REG)
                .good(
                        "n10_same_node_prop",
                        root().property("x", 1).begin("x").end().end().finish(),
                        NODE_NAME_OF_PROPERTY)
                .good(
                        "n11_name_prop_v16",
                        root().begin("a@1")
                                .property("name", "zzz\0")
                                .end()
                                .end()
                                .finish(),
                        UNIT_ADDRESS_WITHOUT_REG);
    }

    private static void propertyNames(Cases cases) {
        cases.good(
                        "t01_suffix",
                        root().strings("#address-cells\0")
                                .propertyAt(1, "\0\0\0\1")
                                .propertyAt(9, "\0\0\0\1")
                                .propertyAt(14, "\0\0\0\1")
                                .end()
                                .finish(),
                        PROPERTY_NAME_LENGTH)
                .bad("t02_nameoff_eq_size", named(4, "reg\0"), BADOFFSET)
                .bad("t03_nameoff_big", named(0x10000000, "reg\0"), BADOFFSET)
                .bad("t04_nameoff_neg", named(-1, "reg\0"), BADOFFSET)
                .bad("t05_no_nul", named(0, "reg"), TRUNCATED)
                .bad("t06_no_nul_totalsize_has_one", named(0, "reg\0").field(STRINGS_SIZE, 3), TRUNCATED)
                .good(
                        "t07_dup_strings",
                        root().strings("reg\0reg\0")
                                .propertyAt(0, "\0\0\0\1")
                                .begin("a")
                                .propertyAt(4, "\0\0\0\2")
                                .end()
                                .end()
                                .finish())
                .good(
                        "t08_unused_strings",
                        root().strings("unused\0also\0").end().finish())
                .good("t09_long_prop_name", named(0, "p".repeat(300) + "\0"), PROPERTY_NAME_LENGTH)
                .good("t10_odd_chars", named(0, "a b\1\u00ff\0"), PROPERTY_NAME_CHARACTERS);
    }

    private static void phandles(Cases cases) {
        cases.good("v01_phandle_zero", a("phandle", 0), PHANDLE_VALUE)
                .good("v02_phandle_ff", a("phandle", -1), PHANDLE_VALUE)
                .good(
                        "v03_phandle_dup",
                        root().begin("a")
                                .property("phandle", 1)
                                .end()
                                .begin("b")
                                .property("phandle", 1)
                                .end()
                                .end()
                                .finish(),
                        PHANDLE_TWICE)
                .good("v04_phandle_len8", a("phandle", 0, 1), PHANDLE_VALUE)
                .good("v05_linux_phandle", a("linux,phandle", 7))
                .good(
                        "v06_both_differ",
                        root().begin("a")
                                .property("linux,phandle", 6)
                                .property("phandle", 5)
                                .end()
                                .end()
                                .finish())
                .good("v07_max_phandle", a("phandle", 0xfffffffe));
    }

    private static void values(Cases cases) {
        StringBuilder big = new StringBuilder();
        for (int i = 0; i < 1 << 20; i++) {
            big.append((char) (i & 0xff));
        }
        cases.good(
                        "v08_ac0",
                        root().property("#address-cells", 0)
                                .property("#size-cells", 0)
                                .end()
                                .finish())
                .good("v09_ac5", in("#address-cells", "\0\0\0\5"))
                .good("v10_ac_len8", in("#address-cells", "\0\0\0\0\0\0\0\1"))
                .good("v11_ac_ff", in("#address-cells", "\u00ff\u00ff\u00ff\u00ff"))
                .good("v12_compat_no_nul", in("compatible", "acme,x"))
                .good("v13_compat_empty_strings", in("compatible", "\0a\0\0"))
                .good(
                        "v14_alias_loop",
                        root().begin("aliases")
                                .property("a", "b\0")
                                .property("b", "a\0")
                                .property("c", "/x\0")
                                .end()
                                .begin("x")
                                .end()
                                .end()
                                .finish())
                .good("v15_octal_trap", in("names", "NC\0" + "3G\0"))
                .good(
                        "v16_quotes",
                        root().property("names", "a\"b\\c\td\0")
                                .property("n2", "x\u007fy\0")
                                .end()
                                .finish())
                .good("v17_big_value", in("data", big.toString()))
                .good("v18_looks_like_string", in("reg", "ABC\0"))
                .good("v19_zero_cell", in("reg", "\0\0\0\0"))
                .good("v20_utf8", in("model", "W\u00c3\u00bcrfel\0"));
    }

    private static void many(Cases cases) {
        RawBlob children = root();
        RawBlob properties = root();
        for (int i = 0; i < 10_000; i++) {
            children.begin("d@" + Integer.toHexString(i)).end();
            properties.property("p", i);
        }
        cases.good("x01_10k_children", children.end().finish(), UNIT_ADDRESS_WITHOUT_REG)
                .good("x02_10k_props", properties.end().finish(), PROPERTY_NAME_TWICE);
    }

    private static RawBlob root() {
        return new RawBlob().begin("");
    }

    private static RawBlob child(String name) {
        return root().begin(name).end().end().finish();
    }

    /** A root with one property. */
    private static RawBlob in(String property, String latin1) {
        return root().property(property, latin1).end().finish();
    }

    /** A child with one property. */
    private static RawBlob a(String property, int... cells) {
        return root().begin("a").property(property, cells).end().end().finish();
    }

    /** A property whose name is somewhere in strings. */
    private static RawBlob named(int offset, String strings) {
        return root().strings(strings).propertyAt(offset, "\0\0\0\1").end().finish();
    }
}
