package io.kexec4j.purgatory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The purgatory's parameters as bytes: one entry for each variable in src/main/native that the loader sets. {@link
 * io.kexec4j.elf.LinkedObject#patch} refuses a value of another size than the variable has, so the sizes here and there
 * cannot differ.
 */
final class X86Parameters {
    static final String REGISTERS = "purgatory_registers";
    static final String EXIT_32BIT = "purgatory_exit_32bit";
    static final String CHECKS = "purgatory_checks";
    static final String CHECK_COUNT = "purgatory_check_count";
    static final String ON_MISMATCH = "purgatory_on_mismatch";
    static final String SERIAL_PORT = "purgatory_serial_port";
    static final String SERIAL_DIVISOR = "purgatory_serial_divisor";

    static final int REGISTER_COUNT = 17;
    /** struct segment_check in common/check.h: three u64, the digest, the name. */
    static final int CHECK_SIZE = 3 * Long.BYTES + Sha256.SIZE + SegmentCheck.MAX_NAME_LENGTH + 1;

    private X86Parameters() {}

    /** {@return the new value of each variable} */
    static Map<String, byte[]> of(X86PurgatorySettings settings, long stackEnd) {
        Optional<SerialConsole> console = settings.console();
        return Map.of(
                REGISTERS, registers(settings.exit(), stackEnd),
                EXIT_32BIT, u32(settings.exit() instanceof X86Registers32 ? 1 : 0),
                CHECKS, checks(settings.checks()),
                CHECK_COUNT, u32(settings.checks().size()),
                ON_MISMATCH, u32(settings.onMismatch().code()),
                SERIAL_PORT, u16(console.map(SerialConsole::ioPort).orElse(0)),
                SERIAL_DIVISOR, u16(console.map(SerialConsole::divisor).orElse(0)));
    }

    private static byte[] registers(X86Exit exit, long stackEnd) {
        X86Registers registers = exit instanceof X86Registers32 narrow ? widened(narrow) : (X86Registers) exit;
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

    /** One table serves both modes. */
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
