package io.kexec4j.fdt;

import static io.kexec4j.fdt.FdtError.TRUNCATED;
import static io.kexec4j.fdt.RawBlob.base;
import static io.kexec4j.fdt.SpecificationRule.RESERVATION_END;
import static io.kexec4j.fdt.SpecificationRule.RESERVATION_OVERLAP;
import static io.kexec4j.fdt.SpecificationRule.RESERVATION_WRAP;

import io.kexec4j.fdt.BlobCase.Cases;
import java.util.List;

/** Blobs of peculiar memory reservations. */
final class ReservationCases {
    private ReservationCases() {}

    static List<BlobCase> all() {
        RawBlob many = base();
        for (int i = 0; i < 1000; i++) {
            many.reserve(0x1000 + i * 0x100000L, 0x1000);
        }
        return new Cases()
                .good("m01_two", base().reserve(0x1000, 0x2000).reserve(0x80000000L, 0x1000))
                .bad(
                        "m02_unterminated_into_struct",
                        base().reserve(0x1000, 0x2000).withoutReservationsEnd(),
                        TRUNCATED)
                .good("m03_size0_addr_nonzero_mid", base().reserve(0x1234, 0).reserve(0x5000, 0x1000), RESERVATION_END)
                .good("m04_addr0_size_nonzero", base().reserve(0, 0x1000).reserve(0x5000, 0x1000))
                .good("m05_wrap", base().reserve(-0x1000, 0x2000), RESERVATION_WRAP)
                .good("wraps_by_one_byte", base().reserve(-0x1000, 0x1001), RESERVATION_WRAP)
                .good("ends_at_the_last_byte", base().reserve(-0x1000, 0x1000))
                .good("all_memory", base().reserve(1, -1))
                .good("m06_overlap", base().reserve(0x1000, 0x2000).reserve(0x1800, 0x2000), RESERVATION_OVERLAP)
                .good(
                        "overlap_in_another_order",
                        base().reserve(0x9000, 0x10).reserve(0x1800, 0x2000).reserve(0x1000, 0x10000),
                        RESERVATION_OVERLAP)
                .good("touching", base().reserve(0x2000, 0x1000).reserve(0x1000, 0x1000))
                .good(
                        "overlap_of_the_one_that_wraps",
                        base().reserve(-0x1000, 0x2000).reserve(-0x800, 0x10),
                        RESERVATION_WRAP,
                        RESERVATION_OVERLAP)
                .good("m07_unsigned", base().reserve(0xffffffff80000000L, 0x1000))
                .good("m08_many", many)
                .bad(
                        "m09_last_block_unterminated",
                        base().order("tsm").reserve(0x1000, 0x10).withoutReservationsEnd(),
                        TRUNCATED)
                .list();
    }
}
