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
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class X86PurgatoryTest {
    private static final long ADDRESS = 0x1_4000_0000L;
    private static final long LOW = 0x4000_0000;
    private static final X86Registers REGISTERS =
            new X86Registers(1, 2, 3, 4, OptionalLong.of(5), 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);

    private final X86Purgatory purgatory = X86Purgatory.instance();

    private ByteBuffer variable(String name, X86PurgatorySettings settings) throws ElfFormatException {
        return variable(name, ADDRESS, settings);
    }

    /** The bytes of a variable after linking, to be read as the purgatory does. */
    private ByteBuffer variable(String name, long address, X86PurgatorySettings settings) throws ElfFormatException {
        LinkedObject plain = RelocatableObject.parse(ObjectContract.file(X86Purgatory.RESOURCE))
                .link(address);
        int offset = (int) (plain.symbolAddress(name) - address);
        return purgatory
                .link(address, settings)
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
    void registersOf32BitsTakeTheLowerHalves() throws ElfFormatException {
        long top = 0xffff_fff0L;
        X86Registers32 registers32 =
                new X86Registers32(top + 1, top + 2, top + 3, top + 4, OptionalLong.of(5), 6, 7, 8, 9);
        X86PurgatorySettings settings =
                X86PurgatorySettings.builder(registers32).build();
        assertThat(variable(X86Parameters.EXIT_MODE, LOW, settings).getInt()).isEqualTo(1);
        ByteBuffer registers = variable(X86Parameters.REGISTERS, LOW, settings);
        for (long expected : new long[] {top + 1, top + 2, top + 3, top + 4, 5, 6, 7, 8}) {
            assertThat(registers.getLong()).isEqualTo(expected);
        }
        assertThat(registers.getLong(16 * Long.BYTES)).isEqualTo(9);
    }

    @Test
    void enteringIn32BitModeNeedsAPurgatoryBelow4GiB() {
        X86PurgatorySettings settings = X86PurgatorySettings.builder(X86Registers32.linux32(0x10_0000, 0))
                .build();
        long last = (1L << 32) - purgatory.memorySize() & -purgatory.alignment();
        assertThat(purgatory.link(last, settings).address()).isEqualTo(last);
        for (long address : new long[] {last + purgatory.alignment(), 1L << 32, ADDRESS, 0xffff_ffff_ffff_8000L}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> purgatory.link(address, settings))
                    .withMessageContaining("4 GiB")
                    .withMessageContaining("0x%x", address);
        }
    }

    @Test
    void realModeTakesASegmentAndAStack() throws ElfFormatException {
        X86PurgatorySettings settings =
                X86PurgatorySettings.builder(new X86RealMode(0x9_0000, 0xfffc)).build();
        assertThat(variable(X86Parameters.EXIT_MODE, 0x1000, settings).getInt()).isEqualTo(2);
        ByteBuffer registers = variable(X86Parameters.REGISTERS, 0x1000, settings);
        assertThat(registers.getLong(4 * Long.BYTES)).isEqualTo(0xfffc);
        assertThat(registers.getLong(6 * Long.BYTES)).isEqualTo(0x9000);
        assertThat(registers.getLong(16 * Long.BYTES)).isEqualTo(0x9_0200);
    }

    @Test
    void enteringInRealModeNeedsAPurgatoryBelow1MiB() {
        X86PurgatorySettings settings =
                X86PurgatorySettings.builder(new X86RealMode(0x9_0000, 0xfffc)).build();
        long last = (1L << 20) - purgatory.memorySize() & -purgatory.alignment();
        assertThat(purgatory.link(last, settings).address()).isEqualTo(last);
        for (long address : new long[] {last + purgatory.alignment(), 1L << 20, ADDRESS, 0xffff_ffff_ffff_8000L}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> purgatory.link(address, settings))
                    .withMessageContaining("1 MiB")
                    .withMessageContaining("0x%x", address);
        }
    }

    @Test
    void aJumpBackBringsItsPageTables() throws ElfFormatException {
        X86PurgatorySettings settings = X86PurgatorySettings.builder(new X86JumpBack(0x1234_5678L, 0x1000, 0x2000))
                .build();
        assertThat(variable(X86Parameters.EXIT_MODE, settings).getInt()).isEqualTo(3);
        ByteBuffer tables = variable(X86Parameters.PAGE_TABLES, settings);
        assertThat(tables.getLong()).isEqualTo(0x1000);
        assertThat(tables.getLong()).isEqualTo(0x2000);
        assertThat(variable(X86Parameters.REGISTERS, settings).getLong(16 * Long.BYTES))
                .isEqualTo(0x1234_5678L);
    }

    @Test
    void theScreenAndTheCommandLineArrive() throws ElfFormatException {
        X86PurgatorySettings screen = settings().vgaConsole(true).build();
        X86PurgatorySettings reset =
                settings().vgaReset(true).commandLineEnd(0x1_2345_6789L).build();
        assertThat(variable(X86Parameters.VGA_CONSOLE, screen).getInt()).isEqualTo(1);
        assertThat(variable(X86Parameters.VGA_RESET, screen).getInt()).isZero();
        assertThat(variable(X86Parameters.COMMAND_LINE_END, screen).getLong()).isZero();
        assertThat(variable(X86Parameters.VGA_CONSOLE, reset).getInt()).isZero();
        assertThat(variable(X86Parameters.VGA_RESET, reset).getInt()).isEqualTo(1);
        assertThat(variable(X86Parameters.COMMAND_LINE_END, reset).getLong()).isEqualTo(0x1_2345_6789L);
    }

    @Test
    void withoutAStackTheKernelGetsThePurgatorys() throws ElfFormatException {
        LinkedObject plain = RelocatableObject.parse(ObjectContract.file(X86Purgatory.RESOURCE))
                .link(ADDRESS);
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

        assertThat(variable(CommonParameters.CHECK_COUNT, settings).getInt()).isEqualTo(16);
        ByteBuffer table = variable(CommonParameters.CHECKS, settings);
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
        assertThat(variable(CommonParameters.CHECK_COUNT, settings).getInt()).isZero();
        assertThat(variable(X86Parameters.EXIT_MODE, settings).getInt()).isZero();
        assertThat(variable(CommonParameters.ON_MISMATCH, settings).getInt()).isZero();
        assertThat(variable(X86Parameters.SERIAL_PORT, settings).getShort()).isZero();
        assertThat(variable(X86Parameters.SERIAL_DIVISOR, settings).getShort()).isZero();
    }

    @Test
    void theCopyIsAsTheStructInC() throws ElfFormatException {
        X86PurgatorySettings settings =
                settings().backup(new BackupCopy(0x1000, -0x10_0000, 0x9_ec00)).build();

        ByteBuffer copy = variable(CommonParameters.BACKUP, settings);
        assertThat(copy.getLong()).isEqualTo(0x1000);
        assertThat(copy.getLong()).isEqualTo(-0x10_0000);
        assertThat(copy.getLong()).isEqualTo(0x9_ec00);
        assertThat(copy.hasRemaining()).isFalse();
    }

    @Test
    void nothingIsCopiedUnlessAskedFor() throws ElfFormatException {
        ByteBuffer copy = variable(CommonParameters.BACKUP, settings().build());

        assertThat(copy).isEqualTo(ByteBuffer.allocate(24));
    }

    @Test
    void itDoesNotCopyItself() {
        long end = ADDRESS + purgatory.memorySize();
        for (BackupCopy beside : List.of(
                new BackupCopy(ADDRESS - 0x1000, end, 0x1000),
                new BackupCopy(end, ADDRESS - 0x1000, 0x1000),
                new BackupCopy(0, end, ADDRESS))) {
            assertThat(purgatory
                            .link(ADDRESS, settings().backup(beside).build())
                            .address())
                    .isEqualTo(ADDRESS);
        }
        for (BackupCopy across : List.of(
                new BackupCopy(ADDRESS - 0x1000, 0, 0x1001),
                new BackupCopy(0, ADDRESS - 0x1000, 0x1001),
                new BackupCopy(end - 1, 0, 1),
                new BackupCopy(0, end - 1, 1),
                new BackupCopy(0, ADDRESS - 0x1000, 0x10_0000))) {
            X86PurgatorySettings settings = settings().backup(across).build();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> purgatory.link(ADDRESS, settings))
                    .withMessageContaining("overlaps the purgatory")
                    .withMessageContaining(
                            "0x%x bytes at 0x%x cannot be copied to 0x%x",
                            across.size(), across.source(), across.target());
        }
    }

    @Test
    void theConsoleAndTheActionArrive() throws ElfFormatException {
        X86PurgatorySettings settings = settings()
                .onMismatch(MismatchAction.HALT)
                .console(new SerialConsole(0xfff8, 9600))
                .build();
        assertThat(variable(CommonParameters.ON_MISMATCH, settings).getInt()).isEqualTo(1);
        assertThat(variable(X86Parameters.SERIAL_PORT, settings).getShort()).isEqualTo((short) 0xfff8);
        assertThat(variable(X86Parameters.SERIAL_DIVISOR, settings).getShort()).isEqualTo((short) 12);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x1000, 0x1e00_0000, ADDRESS, 0x7fff_ffff_ffff_0000L, 0xffff_ffff_ffff_8000L})
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

    /** What is stored as an address moves with the purgatory: its GDT for lgdt, and its stack for the kernel. */
    @ParameterizedTest
    @ValueSource(longs = {0, 0x1000, 0x1e00_0000, 0x7fff_ffff_ffff_0000L, 0xffff_ffff_ffff_8000L})
    void addressesInItDependOnItsOwn(long address) {
        X86PurgatorySettings settings =
                X86PurgatorySettings.builder(X86Registers.linux64(0, 0)).build();
        ByteBuffer here = purgatory.link(address, settings).content().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer there = purgatory.link(ADDRESS, settings).content().order(ByteOrder.LITTLE_ENDIAN);
        int stack = offset(X86Parameters.REGISTERS) + 4 * Long.BYTES;
        int gdt = offsetOfGdt(here);
        int gdtRegister = gdt + 48;

        assertThat(here.getLong(stack)).isEqualTo(address + offset(X86Purgatory.STACK_END));
        assertThat(here.getShort(gdtRegister)).isEqualTo((short) 47);
        assertThat(here.getLong(gdtRegister + 2)).isEqualTo(address + gdt);
        for (int i = 0; i < here.limit(); i++) {
            boolean moves = (i >= stack && i < stack + 8) || (i >= gdtRegister + 2 && i < gdtRegister + 10);
            assertThat(moves || here.get(i) == there.get(i)).as("byte 0x%x", i).isTrue();
        }
    }

    private static int offset(String symbol) {
        try {
            return (int) RelocatableObject.parse(ObjectContract.file(X86Purgatory.RESOURCE))
                    .link(0)
                    .symbolAddress(symbol);
        } catch (ElfFormatException e) {
            throw new AssertionError(e);
        }
    }

    /** Of the table whose third and fourth entries are the flat 64-bit code and data that Linux' boot protocol asks for. */
    private static int offsetOfGdt(ByteBuffer content) {
        for (int i = 0; i <= content.limit() - 32; i += 8) {
            if (content.getLong(i + 16) == 0x00af9b000000ffffL && content.getLong(i + 24) == 0x00cf93000000ffffL) {
                return i;
            }
        }
        throw new AssertionError("no GDT");
    }

    @Test
    void aBrokenJarIsNamedAsWhatItIs() {
        byte[] object = ObjectContract.file(X86Purgatory.RESOURCE).array();
        ByteArrayInputStream damaged = new ByteArrayInputStream(object, 0, object.length - 1);
        ByteArrayInputStream empty = new ByteArrayInputStream(new byte[0]);

        assertThatIllegalStateException()
                .isThrownBy(() -> X86Purgatory.read(null))
                .withMessage("the purgatory in this library is broken: there is no x86_64.o");
        assertThatIllegalStateException()
                .isThrownBy(() -> X86Purgatory.read(damaged))
                .withMessageStartingWith("the purgatory in this library is broken: ");
        assertThatIllegalStateException().isThrownBy(() -> X86Purgatory.read(empty));
        assertThat(X86Purgatory.instance()).isSameAs(X86Purgatory.instance());
    }

    @Test
    void anObjectWithoutTheParametersIsBrokenToo() {
        byte[] object = ObjectContract.file(X86Purgatory.RESOURCE).array();
        String text = new String(object, StandardCharsets.ISO_8859_1);
        object[text.indexOf(X86Parameters.SERIAL_PORT)] = 'P';
        X86Purgatory other = X86Purgatory.read(new ByteArrayInputStream(object));
        X86PurgatorySettings settings = settings().build();

        assertThatIllegalStateException()
                .isThrownBy(() -> other.link(ADDRESS, settings))
                .withMessageContaining("the object defines no global symbol purgatory_serial_port");
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
