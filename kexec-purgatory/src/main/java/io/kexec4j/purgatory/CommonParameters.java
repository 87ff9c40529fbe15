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
    static Map<String, byte[]> of(List<SegmentCheck> checks, MismatchAction onMismatch, Optional<BackupCopy> backup) {
        return Map.of(
                CHECKS, checks(checks),
                CHECK_COUNT, u32(checks.size()),
                ON_MISMATCH, u32(onMismatch.code()),
                BACKUP, backup(backup));
    }

    /** struct backup in common/backup.h: three u64, of which a size of 0 is no copy. */
    private static byte[] backup(Optional<BackupCopy> backup) {
        return littleEndian(3 * Long.BYTES)
                .putLong(backup.map(BackupCopy::source).orElse(0L))
                .putLong(backup.map(BackupCopy::target).orElse(0L))
                .putLong(backup.map(BackupCopy::size).orElse(0L))
                .array();
    }

    private static byte[] checks(List<SegmentCheck> checks) {
        byte[] table = new byte[Purgatory.MAX_CHECKS * CHECK_SIZE];
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

    static byte[] u64(long value) {
        return littleEndian(Long.BYTES).putLong(value).array();
    }

    static byte[] u32(int value) {
        return littleEndian(Integer.BYTES).putInt(value).array();
    }

    static byte[] u16(int value) {
        return littleEndian(Short.BYTES).putShort((short) value).array();
    }

    static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
