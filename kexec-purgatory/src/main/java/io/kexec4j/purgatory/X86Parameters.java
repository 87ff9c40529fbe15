package io.kexec4j.purgatory;

import static io.kexec4j.purgatory.CommonParameters.littleEndian;
import static io.kexec4j.purgatory.CommonParameters.u16;
import static io.kexec4j.purgatory.CommonParameters.u32;
import static io.kexec4j.purgatory.CommonParameters.u64;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The purgatory's parameters for x86_64 as bytes: one entry for each variable in src/main/native/x86_64 that the loader sets. */
final class X86Parameters {
    static final String REGISTERS = "purgatory_registers";
    static final String EXIT_MODE = "purgatory_exit_mode";
    static final String SERIAL_PORT = "purgatory_serial_port";
    static final String SERIAL_DIVISOR = "purgatory_serial_divisor";
    static final String VGA_CONSOLE = "purgatory_vga_console";
    static final String VGA_RESET = "purgatory_vga_reset";
    static final String COMMAND_LINE_END = "purgatory_command_line_end";
    static final String PAGE_TABLES = "purgatory_page_tables";

    static final int REGISTER_COUNT = 17;

    private X86Parameters() {}

    /** {@return the new value of each variable that only x86_64 has} */
    static Map<String, byte[]> of(X86PurgatorySettings settings, long stackEnd) {
        Optional<SerialConsole> console = settings.console();
        return Map.ofEntries(
                Map.entry(REGISTERS, registers(registers(settings.exit()), stackEnd)),
                Map.entry(EXIT_MODE, u32(mode(settings.exit()))),
                Map.entry(PAGE_TABLES, pageTables(settings.exit())),
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
}
