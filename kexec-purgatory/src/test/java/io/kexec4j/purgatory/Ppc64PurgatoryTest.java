package io.kexec4j.purgatory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.LinkedObject;
import io.kexec4j.elf.RelocatableObject;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class Ppc64PurgatoryTest {
    private static final long ADDRESS = 0x1_4000_0000L;
    private static final OpalFirmware OPAL = new OpalFirmware(0x3000_0000, 0x3000_3760);

    private static List<ByteOrder> orders() {
        return List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    private static List<Arguments> ordersAndAddresses() {
        long[] addresses = {0, 0x1000, 0x100, ADDRESS, 0x7fff_ffff_ffff_0000L, 0xffff_ffff_fff0_0000L};
        return orders().stream()
                .flatMap(order -> Arrays.stream(addresses).mapToObj(address -> Arguments.of(order, address)))
                .toList();
    }

    /** Every byte of it tells where it belongs. */
    private static ByteBuffer head() {
        ByteBuffer head = ByteBuffer.allocate(Ppc64Purgatory.KERNEL_HEAD_SIZE);
        for (int i = 0; i < head.limit(); i++) {
            head.put(i, (byte) (i ^ 0xff));
        }
        return head;
    }

    private static Ppc64PurgatorySettings.Builder settings() {
        return Ppc64PurgatorySettings.builder(new Ppc64Exit(0x200_0000, 0x300_0008, Optional.empty()), head());
    }

    private static Ppc64PurgatorySettings.Builder bareMetal() {
        return Ppc64PurgatorySettings.builder(new Ppc64Exit(0x200_0000, 0x300_0008, Optional.of(OPAL)), head());
    }

    /** The bytes of a variable after linking, to be read as the purgatory does. */
    private static ByteBuffer bytes(ByteOrder order, String name, Ppc64PurgatorySettings settings)
            throws ElfFormatException {
        LinkedObject plain = RelocatableObject.parse(ObjectContract.file(Ppc64Purgatory.resource(order)))
                .link(ADDRESS);
        int offset = (int) (plain.symbolAddress(name) - ADDRESS);
        ByteBuffer content = Ppc64Purgatory.of(order).link(ADDRESS, settings).content();
        return content.slice(offset, (int) plain.symbolSize(name)).order(order);
    }

    private static long variable(ByteOrder order, String name, Ppc64PurgatorySettings settings)
            throws ElfFormatException {
        ByteBuffer bytes = bytes(order, name, settings);
        return bytes.remaining() == Integer.BYTES ? bytes.getInt() : bytes.getLong();
    }

    @ParameterizedTest
    @MethodSource("orders")
    void whatTheKernelGetsArrives(ByteOrder order) throws ElfFormatException {
        Ppc64PurgatorySettings settings = bareMetal().build();
        assertThat(variable(order, Ppc64Parameters.ENTRY, settings)).isEqualTo(0x200_0000);
        assertThat(variable(order, Ppc64Parameters.DEVICE_TREE, settings)).isEqualTo(0x300_0008);
        assertThat(variable(order, Ppc64Parameters.OPAL_BASE, settings)).isEqualTo(0x3000_0000);
        assertThat(variable(order, Ppc64Parameters.OPAL_ENTRY, settings)).isEqualTo(0x3000_3760);
    }

    /** Linux: the old kernel copies them to address 0; run_at_load is at 0x5c, the wait of the others at 0x60. */
    @ParameterizedTest
    @MethodSource("orders")
    void theSegmentStartsWithTheKernelsHeadBehindABranch(ByteOrder order) {
        ByteBuffer content =
                Ppc64Purgatory.of(order).link(ADDRESS, settings().build()).content();
        int firstWord = content.duplicate().order(order).getInt();
        assertThat(firstWord).isEqualTo(0x4800_0100);
        assertThat(content.slice(4, 0xfc)).isEqualTo(head().slice(4, 0xfc));
        assertThat(content.get(0x5c)).isEqualTo((byte) 0xa3);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void theDefaultIsSilent(ByteOrder order) throws ElfFormatException {
        Ppc64PurgatorySettings settings = settings().build();
        for (String name : List.of(
                Ppc64Parameters.OPAL_BASE,
                Ppc64Parameters.OPAL_ENTRY,
                Ppc64Parameters.RTAS_BASE,
                Ppc64Parameters.RTAS_ENTRY,
                Ppc64Parameters.RTAS_REBOOT,
                Ppc64Parameters.CONSOLE,
                Ppc64Parameters.TERMINAL,
                CommonParameters.CHECK_COUNT,
                CommonParameters.ON_MISMATCH,
                CommonParameters.BACKUP)) {
            assertThat(variable(order, name, settings)).as(name).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void consolesFirmwareAndActionArrive(ByteOrder order) throws ElfFormatException {
        Ppc64PurgatorySettings guest = settings()
                .console(new HypervisorConsole(0x7100_0000))
                .rtas(new RtasFirmware(0x2fff_0000, 0xffff_fffcL, 0x8000_2004))
                .onMismatch(MismatchAction.HALT)
                .build();
        assertThat(variable(order, Ppc64Parameters.CONSOLE, guest)).isEqualTo(1);
        assertThat(variable(order, Ppc64Parameters.TERMINAL, guest)).isEqualTo(0x7100_0000);
        assertThat(variable(order, Ppc64Parameters.RTAS_BASE, guest)).isEqualTo(0x2fff_0000);
        assertThat(variable(order, Ppc64Parameters.RTAS_ENTRY, guest)).isEqualTo(0xffff_fffcL);
        assertThat(variable(order, Ppc64Parameters.RTAS_REBOOT, guest)).isEqualTo(0x8000_2004);
        assertThat(variable(order, CommonParameters.ON_MISMATCH, guest)).isEqualTo(1);

        Ppc64PurgatorySettings host = bareMetal().console(new OpalConsole(3)).build();
        assertThat(variable(order, Ppc64Parameters.CONSOLE, host)).isEqualTo(2);
        assertThat(variable(order, Ppc64Parameters.TERMINAL, host)).isEqualTo(3);
    }

    /** The structs in C, in the byte order of the code. */
    @ParameterizedTest
    @MethodSource("orders")
    void checksAndTheCopyAreAsTheStructsInC(ByteOrder order) throws ElfFormatException {
        Sha256 digest = Sha256.of(ByteBuffer.wrap(new byte[] {1}));
        Ppc64PurgatorySettings settings = settings()
                .checks(List.of(new SegmentCheck("kernel", 0x200_0000, 0x101, 0x1000, digest)))
                .backup(new BackupCopy(0, 0x1_2345_6000L, 0x1_0000))
                .build();

        assertThat(variable(order, CommonParameters.CHECK_COUNT, settings)).isEqualTo(1);
        ByteBuffer check = bytes(order, CommonParameters.CHECKS, settings);
        assertThat(check.getLong()).isEqualTo(0x200_0000);
        assertThat(check.getLong()).isEqualTo(0x101);
        assertThat(check.getLong()).isEqualTo(0x1000);
        assertThat(check.slice(24, Sha256.SIZE)).isEqualTo(ByteBuffer.wrap(digest.toByteArray()));
        assertThat(StandardCharsets.US_ASCII.decode(check.slice(56, 7)).toString())
                .isEqualTo("kernel\0");

        ByteBuffer copy = bytes(order, CommonParameters.BACKUP, settings);
        assertThat(copy.getLong()).isZero();
        assertThat(copy.getLong()).isEqualTo(0x1_2345_6000L);
        assertThat(copy.getLong()).isEqualTo(0x1_0000);
    }

    @ParameterizedTest
    @MethodSource("ordersAndAddresses")
    void itCanLieAnywhereAndStartsWithItsFirstByte(ByteOrder order, long address) {
        Ppc64Purgatory purgatory = Ppc64Purgatory.of(order);
        LinkedPurgatory linked = purgatory.link(address, settings().build());
        assertThat(linked.address()).isEqualTo(address);
        assertThat(linked.entry()).isEqualTo(address);
        assertThat(linked.content().remaining()).isEqualTo((int) purgatory.contentSize());
        assertThat(linked.memorySize()).isEqualTo(purgatory.memorySize());
    }

    /** Code finds everything relative to itself: no address is stored in it. */
    @ParameterizedTest
    @MethodSource("ordersAndAddresses")
    void theSameBytesRunEverywhere(ByteOrder order, long address) {
        Ppc64Purgatory purgatory = Ppc64Purgatory.of(order);
        Ppc64PurgatorySettings settings = settings().build();
        assertThat(purgatory.link(address, settings).content())
                .isEqualTo(purgatory.link(ADDRESS, settings).content());
    }

    @ParameterizedTest
    @MethodSource("orders")
    void itNeitherChecksNorCopiesItself(ByteOrder order) {
        Ppc64Purgatory purgatory = Ppc64Purgatory.of(order);
        SegmentCheck check = new SegmentCheck("mine", ADDRESS - 0x1000, 0, 0x1004, Sha256.of(ByteBuffer.allocate(0)));
        Ppc64PurgatorySettings checking = settings().checks(List.of(check)).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> purgatory.link(ADDRESS, checking))
                .withMessageContaining("mine");
        long last = ADDRESS + purgatory.memorySize() - 1;
        for (BackupCopy copy : List.of(new BackupCopy(last, 0, 1), new BackupCopy(0, last, 1))) {
            Ppc64PurgatorySettings copying = settings().backup(copy).build();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> purgatory.link(ADDRESS, copying))
                    .withMessageContaining("overlaps the purgatory");
        }
    }

    @Test
    void addressesAreAligned() {
        Ppc64PurgatorySettings settings = settings().build();
        for (ByteOrder order : orders()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Ppc64Purgatory.of(order).link(ADDRESS + 0x80, settings));
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void aBrokenJarIsNamedAsWhatItIs(ByteOrder order) {
        String name = order.equals(ByteOrder.LITTLE_ENDIAN) ? "ppc64le.o" : "ppc64.o";
        assertThatIllegalStateException()
                .isThrownBy(() -> Ppc64Purgatory.read(order, null))
                .withMessage("the purgatory in this library is broken: there is no " + name);
        assertThatIllegalStateException()
                .isThrownBy(() -> Ppc64Purgatory.read(order, new ByteArrayInputStream(new byte[0])));
        assertThat(Ppc64Purgatory.of(order)).isSameAs(Ppc64Purgatory.of(order));
    }
}
