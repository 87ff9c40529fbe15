package io.kexec4j.boot;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.FdtNode;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.purgatory.Sha256;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The device tree: each property by its path, and the memory reservations. */
public final class DeviceTreeDecoder implements SegmentDecoder {
    private static final int MOST_BYTES = 64;

    /** Creates the decoder, which has no state. */
    public DeviceTreeDecoder() {}

    @Override
    public boolean decodes(Segment segment) {
        return segment.role() == SegmentRole.DEVICE_TREE;
    }

    @Override
    public Map<String, String> decode(Segment segment) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        Fdt tree;
        try {
            tree = DeviceTrees.parse(segment.content());
        } catch (MalformedInputException e) {
            fields.put("malformed", String.valueOf(e.getMessage()));
            return fields;
        }
        fields.put("memory reservations", tree.reservations().toString());
        for (FdtNode node : tree.all()) {
            String path = node.path();
            for (Property property : node.properties()) {
                fields.put("%s:%s".formatted(path, property.name()), words(property.value()));
            }
        }
        return fields;
    }

    /** As strings if it looks like them, else in hexadecimal. */
    private static String words(PropertyValue value) {
        try {
            String strings = String.join("\", \"", value.asStrings());
            if (!value.isEmpty() && strings.chars().noneMatch(Character::isISOControl)) {
                return '"' + strings + '"';
            }
        } catch (FdtException e) {
            // Then it is a number.
        }
        return value.size() <= MOST_BYTES
                ? value.toString()
                : "%d bytes, SHA-256 %s".formatted(value.size(), Sha256.of(value.bytes()));
    }
}
