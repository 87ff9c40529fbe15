package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtHeader;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Prints a blob in the order in which its bytes stand. It has been checked, so every token is whole. */
final class TokenDump {
    private static final int BEGIN_NODE = 1;
    private static final int END_NODE = 2;
    private static final int PROP = 3;
    private static final int NOP = 4;
    private static final int END = 9;
    private static final List<String> NAMES = List.of("", "BEGIN_NODE", "END_NODE", "PROP", "NOP");
    private static final int PROP_HEADER = 12;
    private static final int INDENT = 4;

    private final Streams streams;
    private final Fdt tree;
    private final FdtHeader header;
    private final ByteBuffer blob;
    private final boolean debug;
    private int position;
    private int depth;

    TokenDump(Streams streams, Fdt tree, boolean debug) {
        this.streams = streams;
        this.tree = tree;
        this.header = tree.header();
        this.blob = tree.bytes();
        this.debug = debug;
    }

    void print() throws IOException {
        printHeader();
        for (MemoryReservation reservation : tree.reservations()) {
            line("/memreserve/ " + number(reservation.address()) + " " + number(reservation.size()) + ";");
        }
        position = header.structureOffset();
        for (int token = blob.getInt(position); token != END; token = blob.getInt(position)) {
            if (debug) {
                line(String.format("// %04x: tag: 0x%08x (FDT_%s)", position, token, NAMES.get(token)));
            }
            switch (token) {
                case BEGIN_NODE -> beginNode();
                case END_NODE -> endNode();
                case PROP -> property();
                case NOP -> {
                    indented("// [NOP]");
                    position += Integer.BYTES;
                }
                default -> throw new AssertionError("the blob has been checked");
            }
        }
    }

    private void printHeader() throws IOException {
        line("/dts-v1/;");
        line(String.format("// magic:\t\t0x%x", FdtHeader.MAGIC));
        line(String.format("// totalsize:\t\t0x%x (%d)", header.totalSize(), header.totalSize()));
        line(String.format("// off_dt_struct:\t0x%x", header.structureOffset()));
        line(String.format("// off_dt_strings:\t0x%x", header.stringsOffset()));
        line(String.format("// off_mem_rsvmap:\t0x%x", header.reservationsOffset()));
        line(String.format("// version:\t\t%d", header.version()));
        line(String.format("// last_comp_version:\t%d", header.lastCompatibleVersion()));
        line(String.format("// boot_cpuid_phys:\t0x%x", header.bootCpuid()));
        line(String.format("// size_dt_strings:\t0x%x", header.stringsSize()));
        if (header.version() >= FdtHeader.NEWEST_VERSION) {
            line(String.format("// size_dt_struct:\t0x%x", header.structureSize()));
        }
        line("");
    }

    private void beginNode() throws IOException {
        String name = string(position + Integer.BYTES);
        indented((name.isEmpty() ? "/" : name) + " {");
        position = align(position + Integer.BYTES + name.length() + 1);
        depth++;
    }

    private void endNode() throws IOException {
        depth--;
        indented("};");
        position += Integer.BYTES;
    }

    private void property() throws IOException {
        int nameOffset = header.stringsOffset() + blob.getInt(position + 2 * Integer.BYTES);
        byte[] bytes = new byte[blob.getInt(position + Integer.BYTES)];
        blob.get(position + PROP_HEADER, bytes);
        String name = string(nameOffset);
        if (debug) {
            line(String.format("// %04x: string: %s", nameOffset, name));
            line(String.format("// %04x: value", position + PROP_HEADER));
        }
        indented(name + value(PropertyValue.of(bytes)) + ";");
        position = align(position + PROP_HEADER + bytes.length);
    }

    private static String value(PropertyValue value) {
        if (value.isEmpty()) {
            return "";
        }
        if (Bytes.areStrings(value)) {
            return " = \"" + String.join("\", \"", Bytes.strings(value)) + "\"";
        }
        List<String> parts = new ArrayList<>();
        boolean areCells = value.size() % Integer.BYTES == 0;
        for (int i = 0; i < value.size(); i += areCells ? Integer.BYTES : 1) {
            parts.add(areCells ? String.format("0x%08x", value.intAt(i)) : String.format("%02x", value.byteAt(i)));
        }
        return (areCells ? " = <" : " = [") + String.join(" ", parts) + (areCells ? ">" : "]");
    }

    private String string(int offset) {
        int end = offset;
        while (blob.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - offset];
        blob.get(offset, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** In the way of C: without a prefix if it is 0. */
    private static String number(long number) {
        return number == 0 ? "0" : "0x" + Long.toHexString(number);
    }

    private static int align(int offset) {
        return (offset + 3) & -Integer.BYTES;
    }

    private void indented(String text) throws IOException {
        streams.print(" ".repeat(depth * INDENT));
        line(text);
    }

    private void line(String text) throws IOException {
        streams.println(text);
    }
}
