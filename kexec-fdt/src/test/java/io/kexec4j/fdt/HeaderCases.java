package io.kexec4j.fdt;

import static io.kexec4j.fdt.FdtError.ALIGNMENT;
import static io.kexec4j.fdt.FdtError.BADMAGIC;
import static io.kexec4j.fdt.FdtError.BADOFFSET;
import static io.kexec4j.fdt.FdtError.BADVERSION;
import static io.kexec4j.fdt.FdtError.TRUNCATED;
import static io.kexec4j.fdt.RawBlob.BOOT_CPUID;
import static io.kexec4j.fdt.RawBlob.LAST_COMPATIBLE;
import static io.kexec4j.fdt.RawBlob.RESERVATIONS_OFFSET;
import static io.kexec4j.fdt.RawBlob.STRINGS_OFFSET;
import static io.kexec4j.fdt.RawBlob.STRINGS_SIZE;
import static io.kexec4j.fdt.RawBlob.STRUCTURE_OFFSET;
import static io.kexec4j.fdt.RawBlob.STRUCTURE_SIZE;
import static io.kexec4j.fdt.RawBlob.TOTAL_SIZE;
import static io.kexec4j.fdt.RawBlob.VERSION;
import static io.kexec4j.fdt.RawBlob.base;
import static io.kexec4j.fdt.SpecificationRule.LAST_COMPATIBLE_VERSION;

import io.kexec4j.fdt.BlobCase.Cases;
import java.util.List;

/** Blobs of a peculiar header, or whose blocks lie in a peculiar way. */
final class HeaderCases {
    private HeaderCases() {}

    static List<BlobCase> all() {
        Cases cases = new Cases();
        sizesAndVersions(cases);
        blocks(cases);
        orders(cases);
        for (int length : new int[] {0, 1, 4, 8, 27, 28, 36, 39, 40, 47, 56}) {
            cases.bad(String.format("h40_file_%02d_bytes", length), base().cutTo(length), TRUNCATED);
        }
        cases.bad("h41_trunc_in_struct", base().cutTo(80), TRUNCATED);
        RawBlob zeroes = new RawBlob().trailing(4040);
        for (int field = 0; field < 40; field += 4) {
            zeroes.field(field, 0);
        }
        return cases.bad("h42_zero_page", zeroes, BADMAGIC).list();
    }

    private static void sizesAndVersions(Cases cases) {
        cases.good("h00_base_ok", base())
                .bad("h01_magic", base().field(0, 0xd00dfeec), BADMAGIC)
                .bad("h02_magic_le", base().field(0, 0xedfe0dd0), BADMAGIC)
                .bad("h03_magic_sw", base().field(0, ~0xd00dfeed), BADMAGIC)
                .bad("h04_totalsize_lt_header", base().field(TOTAL_SIZE, 39), TRUNCATED)
                .bad("h05_totalsize_gt_file", base().field(TOTAL_SIZE, 139), TRUNCATED)
                .good("h06_totalsize_lt_file_trailing", base().trailing(64))
                .bad("h07_totalsize_0x80000000", base().field(TOTAL_SIZE, 0x80000000), TRUNCATED)
                .bad("h08_totalsize_zero", base().field(TOTAL_SIZE, 0), TRUNCATED)
                .good("h09_v18_lcv16", versions(18, 16))
                .good("h10_v18_lcv17", versions(18, 17), LAST_COMPATIBLE_VERSION)
                .bad("h11_v18_lcv18", versions(18, 18), BADVERSION)
                .bad("h12_v16_lcv17", versions(16, 17), BADVERSION)
                .good("h13_v17_lcv17", versions(17, 17), LAST_COMPATIBLE_VERSION)
                .good("h14_v17_lcv2", versions(17, 2), LAST_COMPATIBLE_VERSION)
                .bad("h15_v1", versions(1, 1), BADVERSION)
                .good("h16_v16_36byte_header", versions(16, 16).field(STRUCTURE_SIZE, 0), SpecificationRule.VERSION)
                .good("h17_v17_lcv16_boot_cpu", base().field(BOOT_CPUID, 0xfffffffe));
    }

    private static void blocks(Cases cases) {
        cases.bad("h18_rsvmap_misaligned", base().field(RESERVATIONS_OFFSET, 44), ALIGNMENT)
                .bad("h19_struct_misaligned", base().field(STRUCTURE_OFFSET, 58), ALIGNMENT)
                .bad("h20_struct_off_gt_total", base().field(STRUCTURE_OFFSET, 0x10000), TRUNCATED)
                .bad("h21_struct_size_gt", base().field(STRUCTURE_SIZE, 0x10000), TRUNCATED)
                .bad("h22_struct_size_wrap", base().field(STRUCTURE_SIZE, 0xfffffffc), TRUNCATED)
                .bad("h23_strings_off_gt", base().field(STRINGS_OFFSET, 0x10000), TRUNCATED)
                .bad("h24_strings_size_gt", base().field(STRINGS_SIZE, 16), TRUNCATED)
                .bad("h25_strings_size_wrap", base().field(STRINGS_SIZE, 0xffffffff), TRUNCATED)
                .bad("h26_rsvmap_in_header", base().field(RESERVATIONS_OFFSET, 32), TRUNCATED)
                .bad("h27_struct_in_header", base().field(STRUCTURE_OFFSET, 36), TRUNCATED)
                .bad("h28_strings_in_header", base().field(STRINGS_OFFSET, 20), TRUNCATED)
                .bad("h29_rsvmap_at_end", base().field(RESERVATIONS_OFFSET, 136), TRUNCATED)
                .bad("h30_size_struct_short", base().field(STRUCTURE_SIZE, 60), TRUNCATED)
                .bad("h31_size_struct_zero", base().field(STRUCTURE_SIZE, 0), TRUNCATED)
                .bad("h32_size_strings_short", base().field(STRINGS_SIZE, 14), TRUNCATED)
                .bad("h33_size_strings_zero", base().field(STRINGS_SIZE, 0), BADOFFSET)
                .bad("h34_overlap_struct_strings", base().field(STRINGS_OFFSET, 112), TRUNCATED)
                .good(
                        "overlap_struct_strings_readable",
                        new RawBlob()
                                .begin("")
                                .propertyAt(0, "abc\0")
                                .end()
                                .finish()
                                .field(STRINGS_OFFSET, 76)
                                .field(STRINGS_SIZE, 4),
                        SpecificationRule.BLOCK_OVERLAP)
                .good("h35_gaps", base().gap(24));
    }

    private static void orders(Cases cases) {
        for (String order : List.of("mts", "mst", "tms", "tsm", "smt", "stm")) {
            cases.good("h36_order_" + order, base().order(order));
            cases.good("h37_v16_order_" + order, base().version16().order(order), SpecificationRule.VERSION);
        }
    }

    private static RawBlob versions(int version, int lastCompatible) {
        return base().field(VERSION, version).field(LAST_COMPATIBLE, lastCompatible);
    }
}
