package io.kexec4j.purgatory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The purgatory's parameters as bytes: one entry for each variable in src/main/native that the loader sets. {@link
 * io.kexec4j.elf.LinkedObject#patch} refuses a value of another size than the variable has, so the sizes here and there
 * cannot differ.
 */
final class X86Parameters {
    static final String REGISTERS = "purgatory_registers";
    static final String EXIT_MODE = "purgatory_exit_mode";
    static final String CHECKS = "purgatory_checks";
    static final String CHECK_COUNT = "purgatory_check_count";
    static final String ON_MISMATCH = "purgatory_on_mismatch";
    static final String SERIAL_PORT = "purgatory_serial_port";
    static final String SERIAL_DIVISOR = "purgatory_serial_divisor";
    static final String VGA_CONSOLE = "purgatory_vga_console";
    static final String VGA_RESET = "purgatory_vga_reset";
    static final String COMMAND_LINE_END = "purgatory_command_line_end";
    static final String PAGE_TABLES = "purgatory_page_tables";

    static final int REGISTER_COUNT = 17;
    /** struct segment_check in common/check.h: three u64, the digest, the name. */
    static final int CHECK_SIZE = 3 * Long.BYTES + Sha256.SIZE + SegmentCheck.MAX_NAME_LENGTH + 1;

    private X86Parameters() {}

    /** {@return the new value of each variable} */
    static Map<String, byte[]> of(X86PurgatorySettings settings, long stackEnd) {
        Optional<SerialConsole> console = settings.console();
        return Map.ofEntries(
                Map.entry(REGISTERS, registers(registers(settings.exit()), stackEnd)),
                Map.entry(EXIT_MODE, u32(mode(settings.exit()))),
                Map.entry(PAGE_TABLES, pageTables(settings.exit())),
                Map.entry(CHECKS, checks(settings.checks())),
                Map.entry(CHECK_COUNT, u32(settings.checks().size())),
                Map.entry(ON_MISMATCH, u32(settings.onMismatch().code())),
                Map.entry(SERIAL_PORT, u16(console.map(SerialConsole::ioPort).orElse(0))),
                Map.entry(
                        SERIAL_DIVISOR, u16(console.map(SerialConsole::divisor).orElse(0))),
                Map.entry(VGA_CONSOLE, u32(settings.vgaConsole() ? 1 : 0)),
                Map.entry(VGA_RESET, u32(settings.vgaReset() ? 1 : 0)),
                Map.entry(COMMAND_LINE_END, u64(settings.commandLineEnd().orElse(0))));
    }

    /** The numbers are those in entry.S. */
    private static int mode(X86Exit exit) {
        if (exit instanceof X86Registers) {
            return 0;
        }
        if (exit instanceof X86Registers32) {
            return 1;
        }
        return exit instanceof X86RealMode ? 2 : 3;
    }

    /** One table serves all modes. */
    private static X86Registers registers(X86Exit exit) {
        if (exit instanceof X86Registers all) {
            return all;
        }
        if (exit instanceof X86Registers32 narrow) {
            return widened(narrow);
        }
        if (exit instanceof X86RealMode real) {
            return few(OptionalLong.of(real.stack()), real.segment(), real.entry());
        }
        return few(OptionalLong.empty(), 0, exit.entry());
    }

    private static byte[] pageTables(X86Exit exit) {
        long four = exit instanceof X86JumpBack back ? back.pageTables() : 0;
        long five = exit instanceof X86JumpBack back ? back.pageTables5() : 0;
        return littleEndian(2 * Long.BYTES).putLong(four).putLong(five).array();
    }

    private static byte[] registers(X86Registers registers, long stackEnd) {
        return littleEndian(REGISTER_COUNT * Long.BYTES)
                .putLong(registers.rax())
                .putLong(registers.rcx())
                .putLong(registers.rdx())
                .putLong(registers.rbx())
                .putLong(registers.rsp().orElse(stackEnd))
                .putLong(registers.rbp())
                .putLong(registers.rsi())
                .putLong(registers.rdi())
                .putLong(registers.r8())
                .putLong(registers.r9())
                .putLong(registers.r10())
                .putLong(registers.r11())
                .putLong(registers.r12())
                .putLong(registers.r13())
                .putLong(registers.r14())
                .putLong(registers.r15())
                .putLong(registers.rip())
                .array();
    }

    private static X86Registers widened(X86Registers32 narrow) {
        return new X86Registers(
                narrow.eax(),
                narrow.ecx(),
                narrow.edx(),
                narrow.ebx(),
                narrow.esp(),
                narrow.ebp(),
                narrow.esi(),
                narrow.edi(),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                narrow.eip());
    }

    private static X86Registers few(OptionalLong rsp, long rsi, long rip) {
        return new X86Registers(0, 0, 0, 0, rsp, 0, rsi, 0, 0, 0, 0, 0, 0, 0, 0, 0, rip);
    }

    private static byte[] checks(List<SegmentCheck> checks) {
        byte[] table = new byte[X86Purgatory.MAX_CHECKS * CHECK_SIZE];
        ByteBuffer buffer = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < checks.size(); i++) {
            SegmentCheck check = checks.get(i);
            buffer.position(i * CHECK_SIZE)
                    .putLong(check.start())
                    .putLong(check.contentSize())
                    .putLong(check.memorySize())
                    .put(check.digest().toByteArray())
                    .put(check.name().getBytes(US_ASCII));
        }
        return table;
    }

    private static byte[] u64(long value) {
        return littleEndian(Long.BYTES).putLong(value).array();
    }

    private static byte[] u32(int value) {
        return littleEndian(Integer.BYTES).putInt(value).array();
    }

    private static byte[] u16(int value) {
        return littleEndian(Short.BYTES).putShort((short) value).array();
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
