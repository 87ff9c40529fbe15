package io.kexec4j.purgatory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.LinkedObject;
import io.kexec4j.elf.RelocatableObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class X86PurgatoryTest {
    private static final long ADDRESS = 0x1_4000_0000L;
    private static final X86Registers REGISTERS =
            new X86Registers(1, 2, 3, 4, OptionalLong.of(5), 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);

    private final X86Purgatory purgatory = X86Purgatory.instance();

    /** The bytes of a variable after linking, to be read as the purgatory does. */
    private ByteBuffer variable(String name, X86PurgatorySettings settings) throws ElfFormatException {
        LinkedObject plain = RelocatableObject.parse(X86Purgatory.file()).link(ADDRESS);
        int offset = (int) (plain.symbolAddress(name) - ADDRESS);
        return purgatory
                .link(ADDRESS, settings)
                .content()
                .slice(offset, (int) plain.symbolSize(name))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static X86PurgatorySettings.Builder settings() {
        return X86PurgatorySettings.builder(REGISTERS);
    }

    @Test
    void registersAreInTheKernelsOrder() throws ElfFormatException {
        ByteBuffer registers = variable(X86Parameters.REGISTERS, settings().build());
        for (long expected = 1; expected <= 17; expected++) {
            assertThat(registers.getLong()).isEqualTo(expected);
        }
        assertThat(registers.hasRemaining()).isFalse();
    }

    @Test
    void withoutAStackTheKernelGetsThePurgatorys() throws ElfFormatException {
        LinkedObject plain = RelocatableObject.parse(X86Purgatory.file()).link(ADDRESS);
        ByteBuffer registers = variable(
                X86Parameters.REGISTERS,
                X86PurgatorySettings.builder(X86Registers.linux64(0x100_0200, 0x9000))
                        .build());
        long stackEnd = registers.getLong(4 * Long.BYTES);
        assertThat(stackEnd)
                .isEqualTo(plain.symbolAddress(X86Purgatory.STACK_END))
                .isGreaterThan(ADDRESS)
                .isLessThanOrEqualTo(ADDRESS + purgatory.memorySize());
        assertThat(stackEnd % 16).isZero();
        assertThat(registers.getLong(6 * Long.BYTES)).isEqualTo(0x9000);
        assertThat(registers.getLong(16 * Long.BYTES)).isEqualTo(0x100_0200);
    }

    @Test
    void checksAreAsTheStructInC() throws ElfFormatException {
        List<SegmentCheck> checks = new ArrayList<>();
        for (int i = 0; i < X86Purgatory.MAX_CHECKS; i++) {
            Sha256 digest = Sha256.of(ByteBuffer.wrap(new byte[] {(byte) i}));
            checks.add(new SegmentCheck("segment " + i, 0x1_0000L * i, 0x100 + i, 0x1000 + i, digest));
        }
        X86PurgatorySettings settings = settings().checks(checks).build();

        assertThat(variable(X86Parameters.CHECK_COUNT, settings).getInt()).isEqualTo(16);
        ByteBuffer table = variable(X86Parameters.CHECKS, settings);
        assertThat(table.remaining()).isEqualTo(16 * 80);
        for (SegmentCheck check : checks) {
            assertThat(table.getLong()).isEqualTo(check.start());
            assertThat(table.getLong()).isEqualTo(check.contentSize());
            assertThat(table.getLong()).isEqualTo(check.memorySize());
            assertThat(Sha256.ofDigest(bytes(table, 32))).isEqualTo(check.digest());
            assertThat(new String(bytes(table, 24), StandardCharsets.US_ASCII))
                    .isEqualTo(check.name() + "\0".repeat(24 - check.name().length()));
        }
    }

    @Test
    void nothingIsCheckedOrPrintedUnlessAskedFor() throws ElfFormatException {
        X86PurgatorySettings settings = settings().build();
        assertThat(variable(X86Parameters.CHECK_COUNT, settings).getInt()).isZero();
        assertThat(variable(X86Parameters.ON_MISMATCH, settings).getInt()).isZero();
        assertThat(variable(X86Parameters.SERIAL_PORT, settings).getShort()).isZero();
        assertThat(variable(X86Parameters.SERIAL_DIVISOR, settings).getShort()).isZero();
    }

    @Test
    void theConsoleAndTheActionArrive() throws ElfFormatException {
        X86PurgatorySettings settings = settings()
                .onMismatch(MismatchAction.HALT)
                .console(new SerialConsole(0xfff8, 9600))
                .build();
        assertThat(variable(X86Parameters.ON_MISMATCH, settings).getInt()).isEqualTo(1);
        assertThat(variable(X86Parameters.SERIAL_PORT, settings).getShort()).isEqualTo((short) 0xfff8);
        assertThat(variable(X86Parameters.SERIAL_DIVISOR, settings).getShort()).isEqualTo((short) 12);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x1000, 0x1e00_0000, ADDRESS, 0x7fff_ffff_ffff_0000L, 0xffff_ffff_ffff_c000L})
    void itCanLieAnywhere(long address) {
        X86PurgatorySettings settings = settings().build();
        LinkedPurgatory linked = purgatory.link(address, settings);
        LinkedPurgatory elsewhere = purgatory.link(ADDRESS, settings);
        assertThat(linked.address()).isEqualTo(address);
        assertThat(linked.entry() - address)
                .isEqualTo(elsewhere.entry() - ADDRESS)
                .isBetween(0L, linked.memorySize());
        assertThat(linked.memorySize()).isEqualTo(purgatory.memorySize());
        assertThat(linked.content().remaining()).isEqualTo((int) purgatory.contentSize());
        assertThat(linked.content().isReadOnly()).isTrue();
        assertThat(linked.content()).isEqualTo(purgatory.link(address, settings).content());
    }

    @Test
    void addressesThatCannotBeAreRefused() {
        X86PurgatorySettings settings = settings().build();
        assertThatIllegalArgumentException().isThrownBy(() -> purgatory.link(0x1008, settings));
        assertThatIllegalArgumentException().isThrownBy(() -> purgatory.link(-0x1000, settings));
    }

    @Test
    void itCannotCheckItself() {
        Sha256 digest = Sha256.of(ByteBuffer.allocate(0));
        long end = ADDRESS + purgatory.memorySize();
        SegmentCheck before = new SegmentCheck("before", ADDRESS - 0x1000, 0, 0x1000, digest);
        SegmentCheck after = new SegmentCheck("after", end + (-end & 3), 0, 0x1000, digest);
        SegmentCheck first = new SegmentCheck("first", ADDRESS - 0x1000, 0, 0x1001, digest);
        SegmentCheck last = new SegmentCheck("last", end - 1 & -4, 0, 0x1000, digest);

        purgatory.link(ADDRESS, settings().checks(List.of(before, after)).build());
        for (SegmentCheck check : List.of(first, last)) {
            X86PurgatorySettings settings = settings().checks(List.of(check)).build();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> purgatory.link(ADDRESS, settings))
                    .withMessageContaining(check.name());
        }
    }

    private static byte[] bytes(ByteBuffer buffer, int size) {
        byte[] bytes = new byte[size];
        buffer.get(bytes);
        return bytes;
    }
}
