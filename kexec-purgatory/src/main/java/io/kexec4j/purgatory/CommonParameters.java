package io.kexec4j.purgatory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters that every purgatory has (src/main/native/common), as bytes. {@link io.kexec4j.elf.LinkedObject#patch} refuses a
 * value of another size than the variable has, so the sizes here and there cannot differ.
 */
final class CommonParameters {
    static final String CHECKS = "purgatory_checks";
    static final String CHECK_COUNT = "purgatory_check_count";
    static final String ON_MISMATCH = "purgatory_on_mismatch";
    static final String BACKUP = "purgatory_backup";

    /** struct segment_check in common/check.h: three u64, the digest, the name. */
    static final int CHECK_SIZE = 3 * Long.BYTES + Sha256.SIZE + SegmentCheck.MAX_NAME_LENGTH + 1;

    private CommonParameters() {}

    /** {@return the new value of each variable} */
    static Map<String, byte[]> of(
            ByteOrder order, List<SegmentCheck> checks, MismatchAction onMismatch, Optional<BackupCopy> backup) {
        return Map.of(
                CHECKS, checks(order, checks),
                CHECK_COUNT, u32(order, checks.size()),
                ON_MISMATCH, u32(order, onMismatch.code()),
                BACKUP, backup(order, backup));
    }

    /** struct backup in common/backup.h: three u64, of which a size of 0 is no copy. */
    private static byte[] backup(ByteOrder order, Optional<BackupCopy> backup) {
        return ByteBuffer.allocate(3 * Long.BYTES)
                .order(order)
                .putLong(backup.map(BackupCopy::source).orElse(0L))
                .putLong(backup.map(BackupCopy::target).orElse(0L))
                .putLong(backup.map(BackupCopy::size).orElse(0L))
                .array();
    }

    private static byte[] checks(ByteOrder order, List<SegmentCheck> checks) {
        byte[] table = new byte[Purgatory.MAX_CHECKS * CHECK_SIZE];
        ByteBuffer buffer = ByteBuffer.wrap(table).order(order);
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

    static byte[] u64(ByteOrder order, long value) {
        return ByteBuffer.allocate(Long.BYTES).order(order).putLong(value).array();
    }

    static byte[] u32(ByteOrder order, int value) {
        return ByteBuffer.allocate(Integer.BYTES).order(order).putInt(value).array();
    }

    static byte[] u64(long value) {
        return u64(ByteOrder.LITTLE_ENDIAN, value);
    }

    static byte[] u32(int value) {
        return u32(ByteOrder.LITTLE_ENDIAN, value);
    }

    static byte[] u16(int value) {
        return littleEndian(Short.BYTES).putShort((short) value).array();
    }

    static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
