package io.kexec4j.purgatory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ppc64SettingsTest {
    private static final OpalFirmware OPAL = new OpalFirmware(0x3000_0000, 0x3000_3760);
    private static final Ppc64Exit GUEST = new Ppc64Exit(0x200_0000, 0x300_0000, Optional.empty());
    private static final Ppc64Exit HOST = new Ppc64Exit(0x200_0000, 0x300_0000, Optional.of(OPAL));

    private static Ppc64PurgatorySettings.Builder settings(Ppc64Exit exit) {
        return Ppc64PurgatorySettings.builder(exit, ByteBuffer.allocate(Ppc64Purgatory.KERNEL_HEAD_SIZE));
    }

    @Test
    void defaultsAreSafe() {
        Ppc64PurgatorySettings settings = settings(GUEST).build();
        assertThat(settings.checks()).isEmpty();
        assertThat(settings.onMismatch()).isEqualTo(MismatchAction.RESET);
        assertThat(settings.console()).isEmpty();
        assertThat(settings.rtas()).isEmpty();
        assertThat(settings.backup()).isEmpty();
    }

    /** What the caller does with the buffer afterwards changes nothing. */
    @Test
    void theHeadIsAValue() {
        ByteBuffer head = ByteBuffer.allocate(0x110).putLong(8, 0x1234);
        head.position(8).limit(0x108);
        Ppc64PurgatorySettings.Builder builder = Ppc64PurgatorySettings.builder(GUEST, head);
        assertThat(head.position()).isEqualTo(8);
        head.putLong(8, 0);
        Ppc64PurgatorySettings settings = builder.build();

        settings.kernelHead().position(8);
        assertThat(settings.kernelHead().isReadOnly()).isTrue();
        assertThat(settings.kernelHead().remaining()).isEqualTo(Ppc64Purgatory.KERNEL_HEAD_SIZE);
        assertThat(settings.kernelHead().getLong()).isEqualTo(0x1234);
        assertThat(settings)
                .isEqualTo(builder.build())
                .isNotEqualTo(settings(GUEST).build());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0xff, 0x101, 0x1000})
    void theHeadHasItsSize(int size) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ppc64PurgatorySettings.builder(GUEST, ByteBuffer.allocate(size)))
                .withMessageContaining("256")
                .withMessageContaining(Integer.toString(size));
    }

    @Test
    void aConsoleNeedsWhoeverPrints() {
        assertThatNoException().isThrownBy(settings(HOST).console(new OpalConsole(OpalConsole.FIRST))::build);
        assertThatNoException()
                .isThrownBy(settings(GUEST).console(new HypervisorConsole(HypervisorConsole.FIRST))::build);
        assertThatIllegalArgumentException()
                .isThrownBy(settings(GUEST).console(new OpalConsole(0))::build)
                .withMessageContaining("OPAL");
        assertThatIllegalArgumentException()
                .isThrownBy(settings(HOST).console(new HypervisorConsole(0))::build)
                .withMessageContaining("hypervisor");
    }

    @Test
    void haltingNeedsAConsole() {
        Ppc64PurgatorySettings.Builder builder = settings(GUEST).onMismatch(MismatchAction.HALT);
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("console");
        builder.console(new HypervisorConsole(0));
        assertThat(builder.build().onMismatch()).isEqualTo(MismatchAction.HALT);
    }

    @ParameterizedTest
    @CsvSource({"2, 8", "4, 4"})
    void kernelsAndDeviceTreesAreAligned(long kernel, long deviceTree) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Ppc64Exit(kernel, deviceTree, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 2, 0x3000_3761})
    void opalIsCalledAtAnInstruction(long entry) {
        assertThatIllegalArgumentException().isThrownBy(() -> new OpalFirmware(0x3000_0000, entry));
    }

    @ParameterizedTest
    @CsvSource({"0, 0x100000000", "0x100000000, 0x1000", "-1, 0x1000", "0, -4", "0x1000, 0", "0x1000, 0x1002"})
    void rtasRunsBelow4GiB(String base, String entry) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RtasFirmware(Long.decode(base), Long.decode(entry), 1));
    }

    @Test
    void theLastAddressOf32BitsIsOneOfThem() {
        RtasFirmware last = new RtasFirmware(0xffff_ffffL, 0xffff_fffcL, -1);
        assertThat(last.entry()).isEqualTo(0xffff_fffcL);
        assertThat(new HypervisorConsole(0xffff_ffffL).terminal()).isEqualTo(0xffff_ffffL);
        assertThat(new OpalConsole(0xffff_ffffL).terminal()).isEqualTo(0xffff_ffffL);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0x1_0000_0000L})
    void terminalsHave32Bits(long terminal) {
        assertThatIllegalArgumentException().isThrownBy(() -> new HypervisorConsole(terminal));
        assertThatIllegalArgumentException().isThrownBy(() -> new OpalConsole(terminal));
    }
}
