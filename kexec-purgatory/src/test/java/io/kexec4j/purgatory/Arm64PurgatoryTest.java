package io.kexec4j.purgatory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.kexec4j.elf.LinkedObject;
import io.kexec4j.elf.RelocatableObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Arm64PurgatoryTest {
    private static final long ADDRESS = 0x1_4000_0000L;
    private static final Arm64Exit EXIT = new Arm64Exit(0x4020_0000, 0x4800_0008);

    private final Arm64Purgatory purgatory = Arm64Purgatory.instance();

    private static ByteBuffer file() {
        return ObjectContract.file(Arm64Purgatory.RESOURCE);
    }

    private static Arm64PurgatorySettings.Builder settings() {
        return Arm64PurgatorySettings.builder(EXIT);
    }

    /** A variable after linking, to be read as the purgatory does. */
    private long variable(String name, Arm64PurgatorySettings settings) throws IOException {
        LinkedObject plain = RelocatableObject.parse(file()).link(ADDRESS);
        int offset = (int) (plain.symbolAddress(name) - ADDRESS);
        ByteBuffer content = purgatory.link(ADDRESS, settings).content().order(ByteOrder.LITTLE_ENDIAN);
        return plain.symbolSize(name) == Long.BYTES ? content.getLong(offset) : content.getInt(offset);
    }

    @Test
    void whatTheKernelGetsArrives() throws IOException {
        assertThat(variable(Arm64Parameters.ENTRY, settings().build())).isEqualTo(0x4020_0000);
        assertThat(variable(Arm64Parameters.DEVICE_TREE, settings().build())).isEqualTo(0x4800_0008);
    }

    @Test
    void theDefaultIsSilentAndFast() throws IOException {
        Arm64PurgatorySettings settings = settings().build();
        for (String name : List.of(
                Arm64Parameters.UART_ADDRESS,
                Arm64Parameters.PSCI,
                CommonParameters.CHECK_COUNT,
                CommonParameters.ON_MISMATCH,
                CommonParameters.BACKUP)) {
            assertThat(variable(name, settings)).as(name).isZero();
        }
        assertThat(variable(Arm64Parameters.USE_CACHE, settings)).isEqualTo(1);
        assertThat(variable(Arm64Parameters.USE_SHA2, settings)).isEqualTo(1);
    }

    @Test
    void consoleFirmwareAndActionArrive() throws IOException {
        Arm64PurgatorySettings settings = settings()
                .console(new MmioUart(MmioUart.Type.I8250, 0x1_fe00_1000L, 2, 1))
                .psci(PsciConduit.HVC)
                .onMismatch(MismatchAction.HALT)
                .useCache(false)
                .useSha2(false)
                .build();
        assertThat(variable(Arm64Parameters.UART_ADDRESS, settings)).isEqualTo(0x1_fe00_1000L);
        assertThat(variable(Arm64Parameters.UART_TYPE, settings)).isEqualTo(1);
        assertThat(variable(Arm64Parameters.UART_SHIFT, settings)).isEqualTo(2);
        assertThat(variable(Arm64Parameters.UART_WIDTH, settings)).isEqualTo(1);
        assertThat(variable(Arm64Parameters.PSCI, settings)).isEqualTo(2);
        assertThat(variable(CommonParameters.ON_MISMATCH, settings)).isEqualTo(1);
        assertThat(variable(Arm64Parameters.USE_CACHE, settings)).isZero();
        assertThat(variable(Arm64Parameters.USE_SHA2, settings)).isZero();
        assertThat(variable(
                        Arm64Parameters.PSCI, settings().psci(PsciConduit.SMC).build()))
                .isEqualTo(1);
    }

    @Test
    void haltingNeedsAConsole() {
        assertThatIllegalArgumentException()
                .isThrownBy(settings().onMismatch(MismatchAction.HALT)::build)
                .withMessageContaining("console");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x1000, 0x4010_0000, ADDRESS, 0x7fff_ffff_ffff_0000L, 0xffff_ffff_fff0_0000L})
    void itCanLieAnywhere(long address) {
        LinkedPurgatory linked = purgatory.link(address, settings().build());
        assertThat(linked.entry() - address).isBetween(0L, linked.memorySize());
        assertThat(linked.content().remaining()).isEqualTo((int) purgatory.contentSize());
        assertThat(linked.memorySize()).isEqualTo(purgatory.memorySize()).isLessThanOrEqualTo(72 * 1024);
    }

    /** Code finds everything relative to its own page: no address is stored in it. */
    @Test
    void theSameBytesRunAtEveryPage() {
        Arm64PurgatorySettings settings = settings().build();
        assertThat(purgatory.link(0x4010_0000, settings).content())
                .isEqualTo(purgatory.link(ADDRESS, settings).content());
    }

    @Test
    void itCannotCheckItself() {
        Sha256 digest = Sha256.of(ByteBuffer.allocate(0));
        SegmentCheck check = new SegmentCheck("mine", ADDRESS - 0x1000, 0, 0x1004, digest);
        Arm64PurgatorySettings settings = settings().checks(List.of(check)).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> purgatory.link(ADDRESS, settings))
                .withMessageContaining("mine");
    }

    @Test
    void aBrokenJarIsNamedAsWhatItIs() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Arm64Purgatory.read(null))
                .withMessage("the purgatory in this library is broken: there is no arm64.o");
        assertThatIllegalStateException().isThrownBy(() -> Arm64Purgatory.read(new ByteArrayInputStream(new byte[0])));
    }

    @ParameterizedTest
    @CsvSource({"0, 2, 4", "0x1001, 2, 4", "0x1000, 1, 4", "0x1000, 2, 3", "0x1000, 9, 1", "0x1000, -1, 1"})
    void uartsThatCannotExistAreRefused(String address, int shift, int width) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MmioUart(MmioUart.Type.I8250, Long.decode(address), shift, width));
    }

    @ParameterizedTest
    @CsvSource({"2, 8", "4, 4"})
    void kernelsAndDeviceTreesAreAligned(long entry, long deviceTree) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Arm64Exit(entry, deviceTree));
    }
}
