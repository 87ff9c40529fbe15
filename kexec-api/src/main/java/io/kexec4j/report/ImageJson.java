package io.kexec4j.report;

import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import java.io.IOException;

/** An image as JSON, for programs. The package's documentation has the members. */
public final class ImageJson {
    private static final int FORMAT_VERSION = 1;

    private ImageJson() {}

    /**
     * {@return the image as JSON, indented, with a line feed at the end}
     *
     * @param image the image
     * @throws IOException if a file behind it has shrunk, so that its digest cannot be computed
     */
    public static String of(KexecImage image) throws IOException {
        JsonWriter json = new JsonWriter().beginObject();
        writeImage(json, image);
        return json.endObject().text();
    }

    /**
     * {@return the image and the memory of the machine as JSON, indented, with a line feed at the end}
     *
     * @param image the image
     * @param memory the memory of the machine that it is for
     * @throws IOException if a file behind it has shrunk, so that its digest cannot be computed
     */
    public static String of(KexecImage image, MemoryMap memory) throws IOException {
        JsonWriter json = new JsonWriter().beginObject();
        writeImage(json, image);
        writeMemory(json, memory);
        return json.endObject().text();
    }

    /**
     * {@return the memory of a machine alone: {@code format_version} and {@code memory_map}}
     *
     * @param memory the memory of a machine
     */
    public static String of(MemoryMap memory) {
        JsonWriter json = new JsonWriter().beginObject().name("format_version").value(FORMAT_VERSION);
        writeMemory(json, memory);
        return json.endObject().text();
    }

    private static void writeImage(JsonWriter json, KexecImage image) throws IOException {
        json.name("format_version").value(FORMAT_VERSION);
        json.name("architecture").value(image.architecture().linuxName());
        json.name("page_size").value(image.pageSize());
        json.name("entry").value(hex(image.entry()));
        json.name("flags").beginObject().name("names").beginArray();
        image.flags().stream().sorted().map(KexecFlag::name).forEach(name -> json.value("KEXEC_" + name));
        json.endArray().name("bits").value(hex(image.flagBits())).endObject();
        json.name("segments").beginArray();
        for (int i = 0; i < image.segments().size(); i++) {
            writeSegment(json, i, image.segments().get(i));
        }
        json.endArray().name("remarks").beginArray();
        image.remarks().forEach(json::value);
        json.endArray();
    }

    private static void writeSegment(JsonWriter json, int index, Segment segment) throws IOException {
        json.beginObject();
        json.name("index").value(index);
        json.name("role").value(segment.role().label());
        json.name("address").value(hex(segment.range().start()));
        json.name("memory_size").value(segment.range().size());
        json.name("content_size").value(segment.content().size());
        json.name("sha256").value(segment.content().sha256().toString());
        json.name("reason").value(segment.reason());
        json.endObject();
    }

    private static void writeMemory(JsonWriter json, MemoryMap memory) {
        json.name("memory_map").beginArray();
        for (MemoryRegion region : memory.regions()) {
            json.beginObject();
            json.name("start").value(hex(region.range().start()));
            json.name("end").value(hex(region.range().end()));
            json.name("size").value(region.range().size());
            json.name("type").value(region.type().name());
            json.name("e820_code");
            region.type().e820Code().ifPresentOrElse(json::value, json::nullValue);
            json.endObject();
        }
        json.endArray();
    }

    private static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}
