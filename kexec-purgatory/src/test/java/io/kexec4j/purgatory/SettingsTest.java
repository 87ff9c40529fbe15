package io.kexec4j.purgatory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final Sha256 DIGEST = Sha256.of(ByteBuffer.allocate(0));
    private static final X86Registers REGISTERS = X86Registers.linux64(0x100_0200, 0x1000);

    private static SegmentCheck check(long start, long contentSize, long memorySize) {
        return new SegmentCheck("kernel", start, contentSize, memorySize, DIGEST);
    }

    @Test
    void defaultsAreSafe() {
        X86PurgatorySettings settings = X86PurgatorySettings.builder(REGISTERS).build();
        assertThat(settings.checks()).isEmpty();
        assertThat(settings.onMismatch()).isEqualTo(MismatchAction.RESET);
        assertThat(settings.console()).isEmpty();
        assertThat(settings.backup()).isEmpty();
    }

    @Test
    void linux64IsTheBootProtocol() {
        assertThat(REGISTERS.rip()).isEqualTo(0x100_0200);
        assertThat(REGISTERS.rsi()).isEqualTo(0x1000);
        assertThat(REGISTERS)
                .isEqualTo(new X86Registers(
                        0, 0, 0, 0, OptionalLong.empty(), 0, 0x1000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x100_0200));
    }

    @Test
    void thirtyTwoBitProtocolsSetTheRegistersOfTheirSpecifications() {
        OptionalLong own = OptionalLong.empty();
        assertThat(X86Registers32.linux32(0x10_0000, 0x9000))
                .isEqualTo(new X86Registers32(0, 0, 0, 0, own, 0, 0x9000, 0, 0x10_0000));
        assertThat(X86Registers32.multiboot(0x10_0000, 0x9000))
                .isEqualTo(new X86Registers32(0x2BADB002, 0, 0, 0x9000, own, 0, 0, 0, 0x10_0000));
        assertThat(X86Registers32.multiboot2(0x10_0000, 0x9000))
                .isEqualTo(new X86Registers32(0x36d76289, 0, 0, 0x9000, own, 0, 0, 0, 0x10_0000));
        assertThat(X86Registers32.linux32(0xffff_f000L, 0).entry()).isEqualTo(0xffff_f000L);
        assertThat(REGISTERS.entry()).isEqualTo(0x100_0200);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void registersOf32BitsHoldNoMore(int index) {
        assertThatNoException().isThrownBy(() -> registers32(index, 0xffff_ffffL));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registers32(index, 0x1_0000_0000L))
                .withMessageContaining("0x100000000");
        assertThatIllegalArgumentException().isThrownBy(() -> registers32(index, -1));
    }

    private static X86Registers32 registers32(int index, long value) {
        long[] values = new long[9];
        values[index] = value;
        return new X86Registers32(
                values[0],
                values[1],
                values[2],
                values[3],
                OptionalLong.of(values[4]),
                values[5],
                values[6],
                values[7],
                values[8]);
    }

    @ParameterizedTest
    @CsvSource({"-16, 4", "8, 4", "0xffe00, 4", "0x90000, 0", "0x90000, 0x10000", "0x90000, 0xfffe", "0x90000, -4"})
    void whatRealModeCannotExpressIsRefused(String setup, String stack) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new X86RealMode(Long.decode(setup), Integer.decode(stack)));
    }

    @Test
    void realModeBeginsASectorBehindTheSetupCodesStart() {
        assertThat(new X86RealMode(0x9_0000, 0xfffc).entry()).isEqualTo(0x9_0200);
        assertThatNoException().isThrownBy(() -> new X86RealMode(0xf_fdf0, 4));
    }

    @Test
    void pageTablesBeginAtAPage() {
        assertThat(new X86JumpBack(-1, 0x1000, 0x2000).entry()).isEqualTo(-1);
        assertThatIllegalArgumentException().isThrownBy(() -> new X86JumpBack(0, 0x1800, 0x2000));
        assertThatIllegalArgumentException().isThrownBy(() -> new X86JumpBack(0, 0x1000, 0x2001));
    }

    @Test
    void aScreenIsAConsoleToHaltWith() {
        X86PurgatorySettings settings = X86PurgatorySettings.builder(REGISTERS)
                .onMismatch(MismatchAction.HALT)
                .vgaConsole(true)
                .build();
        assertThat(settings.console()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> X86PurgatorySettings.builder(REGISTERS)
                        .onMismatch(MismatchAction.HALT)
                        .vgaReset(true)
                        .build());
    }

    @Test
    void haltingNeedsAConsole() {
        X86PurgatorySettings.Builder builder =
                X86PurgatorySettings.builder(REGISTERS).onMismatch(MismatchAction.HALT);
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("console");
        builder.console(new SerialConsole(SerialConsole.COM1, SerialConsole.KEEP_BAUD));
        assertThat(builder.build().onMismatch()).isEqualTo(MismatchAction.HALT);
    }

    @Test
    void sixteenSegmentsCanBeChecked() {
        SegmentCheck check = check(0x1000, 1, 0x1000);
        X86PurgatorySettings.Builder builder = X86PurgatorySettings.builder(REGISTERS);
        assertThat(builder.checks(Collections.nCopies(16, check)).build().checks())
                .hasSize(16);
        assertThatIllegalArgumentException()
                .isThrownBy(builder.checks(Collections.nCopies(17, check))::build)
                .withMessageContaining("16")
                .withMessageContaining("17");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a name of 24 characters!", "line\n", "nul\0", "é"})
    void namesThatCannotBePrintedAreRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new SegmentCheck(name, 0, 0, 1, DIGEST));
    }

    @Test
    void aNameMayFillItsPlace() {
        assertThatNoException().isThrownBy(() -> new SegmentCheck("a name of 23 characters", 0, 0, 1, DIGEST));
    }

    @Test
    void rangesAreUnsignedAndDoNotWrap() {
        assertThat(check(0xffff_ffff_ffff_e000L, 0x1000, 0x1000).start()).isNegative();
        assertThatNoException().isThrownBy(() -> check(0, 0, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> check(0x1000, 0, -0x1000));
        assertThatIllegalArgumentException().isThrownBy(() -> check(-0x1000, 0, 0x1000));
        assertThatIllegalArgumentException().isThrownBy(() -> check(-0x1000, 0, 0x2000));
        assertThatIllegalArgumentException().isThrownBy(() -> check(0, 2, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> check(0, -1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> check(2, 0, 1));
    }

    @Test
    void aCopyMayEndWithTheLastAddressAndTouchItsSource() {
        assertThatNoException().isThrownBy(() -> new BackupCopy(-0x1000, 0, 0x1000));
        assertThatNoException().isThrownBy(() -> new BackupCopy(0, -1, 1));
        assertThatNoException().isThrownBy(() -> new BackupCopy(0x1000, 0x2000, 0x1000));
        assertThatNoException().isThrownBy(() -> new BackupCopy(0x2000, 0x1000, 0x1000));
        assertThatNoException().isThrownBy(() -> new BackupCopy(0, Long.MIN_VALUE, Long.MIN_VALUE));
    }

    @ParameterizedTest
    @CsvSource({
        "0x1000, 0x2000, 0, must not be empty",
        "0x1000, 0x2000, 0x1001, overlap its source",
        "0x2000, 0x1000, 0x1001, overlap its source",
        "0x1000, 0x1000, 1, overlap its source",
        "0x1000, 0x1fff, 0x1000, overlap its source",
        "-0x1000, 0x1000, 0x1001, beyond the last address",
        "0x1000, -0x1000, 0x1001, beyond the last address",
        "0, 1, -1, overlap its source",
        "2, 0x1000, -1, beyond the last address",
        "0, 0x1000, -0x800, beyond the last address"
    })
    void aCopyThatCannotBeMadeIsRefused(String source, String target, String size, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BackupCopy(Long.decode(source), Long.decode(target), Long.decode(size)))
                .withMessageContaining(message);
    }

    @Test
    void aRateBecomesADivisor() {
        assertThat(new SerialConsole(SerialConsole.COM1, 115_200).divisor()).isEqualTo(1);
        assertThat(new SerialConsole(SerialConsole.COM2, 300).divisor()).isEqualTo(384);
        assertThat(new SerialConsole(0xfff8, SerialConsole.KEEP_BAUD).divisor()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 9600", "-1, 9600", "0xfff9, 9600", "0x3f8, -1", "0x3f8, 150", "0x3f8, 10000", "0x3f8, 230400"})
    void aConsoleThatCannotExistIsRefused(String port, int baud) {
        assertThatIllegalArgumentException().isThrownBy(() -> new SerialConsole(Integer.decode(port), baud));
    }

    @Test
    void aDigestIsAValue() {
        byte[] abc = {'a', 'b', 'c'};
        // FIPS 180-2, B.1
        String expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        Sha256 digest = Sha256.of(ByteBuffer.wrap(abc));
        assertThat(digest).hasToString(expected);
        assertThat(digest).isEqualTo(Sha256.ofDigest(digest.toByteArray())).isNotEqualTo(DIGEST);
        assertThat(digest)
                .hasSameHashCodeAs(Sha256.of(List.of(ByteBuffer.wrap(abc, 0, 1), ByteBuffer.wrap(abc, 1, 2))));
        digest.toByteArray()[0] = 0;
        assertThat(digest).hasToString(expected);
        assertThatIllegalArgumentException().isThrownBy(() -> Sha256.ofDigest(abc));
    }
}
