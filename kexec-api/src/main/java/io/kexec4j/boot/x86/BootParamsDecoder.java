package io.kexec4j.boot.x86;

import io.kexec4j.boot.SegmentDecoder;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.purgatory.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** x86: boot_params field by field, and the command line that it points to. */
final class BootParamsDecoder implements SegmentDecoder {
    /** More bytes than any kernel takes as a command line. */
    private static final int LONGEST_COMMAND_LINE = 1 << 16;

    private static final int HALF_BITS = 32;

    @Override
    public boolean decodes(Segment segment) {
        return segment.role() == SegmentRole.BOOT_PARAMS && segment.content().size() >= BootParams.SIZE;
    }

    @Override
    public Map<String, String> decode(Segment segment) throws IOException {
        BootParams params = BootParams.parse(segment.content().slice(0, BootParams.SIZE));
        Map<String, String> fields = new LinkedHashMap<>();
        for (BootParamsField field : BootParamsField.values()) {
            fields.put(
                    field.kernelName(),
                    field.size() <= Long.BYTES
                            ? "0x" + Long.toHexString(params.get(field))
                            : bytes(params.bytes(field)));
        }
        long address =
                params.get(BootParamsField.EXT_CMD_LINE_PTR) << HALF_BITS | params.get(BootParamsField.CMD_LINE_PTR);
        commandLine(segment, address).ifPresent(text -> fields.put("command line", text));
        return fields;
    }

    private static String bytes(byte[] value) {
        return "SHA-256 " + Sha256.of(ByteBuffer.wrap(value));
    }

    /** The text at a physical address, if it lies in the content and ends there. */
    private static Optional<String> commandLine(Segment segment, long address) throws IOException {
        long offset = address - segment.range().start();
        Content content = segment.content();
        if (Long.compareUnsigned(offset, content.size()) >= 0) {
            return Optional.empty();
        }
        byte[] bytes = content.copy(offset, (int) Math.min(content.size() - offset, LONGEST_COMMAND_LINE));
        for (int end = 0; end < bytes.length; end++) {
            if (bytes[end] == 0) {
                return Optional.of('"' + new String(bytes, 0, end, StandardCharsets.UTF_8) + '"');
            }
        }
        return Optional.empty();
    }
}
