package io.kexec4j.elf;

import static io.kexec4j.elf.ElfFormatException.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a kernel says about itself for those who read its memory: release, addresses of variables, layouts of structures. It is the
 * content of a {@link Note} in the core files that the kernel offers, {@code /proc/vmcore} and {@code /proc/kcore}:
 *
 * <pre>{@code
 * Vmcoreinfo info = Vmcoreinfo.find(ElfFile.parse(core)).orElseThrow();
 * long offset = info.number("phys_base").orElse(0);
 * }</pre>
 *
 * <p>It is a text of lines {@code KEY=VALUE}. All of them can be {@linkplain #values read}; those of a certain form have methods
 * here. Numbers are read when they are asked for, so that one of a form that is not known yet spoils none of the others.
 *
 * <p>Immutable.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/kdump/vmcoreinfo.html">Linux,
 *     Documentation/admin-guide/kdump/vmcoreinfo.rst</a>
 */
public final class Vmcoreinfo {
    /** The name of the note, whose type is 0. */
    public static final String NOTE_NAME = "VMCOREINFO";

    private final Map<String, String> values;

    /** Where the values begin in the text, in bytes. */
    private final Map<String, Long> offsets;

    private Vmcoreinfo(Map<String, String> values, Map<String, Long> offsets) {
        this.values = Collections.unmodifiableMap(values);
        this.offsets = offsets;
    }

    /**
     * Finds the text among the notes of a core file.
     *
     * @param core a core file whose notes lie inside its bytes
     * @return the text, empty if there is no such note
     * @throws ElfFormatException if the notes or the text are malformed. What is wrong in the text is reported at its place in the
     *     text, not in the file
     */
    public static Optional<Vmcoreinfo> find(ElfFile core) throws ElfFormatException {
        for (Note note : core.notes()) {
            if (note.name().equals(NOTE_NAME) && note.type() == 0) {
                return Optional.of(parse(note.desc()));
            }
        }
        return Optional.empty();
    }

    /**
     * Reads the text, which ends at the first NUL or with the bytes. Of several lines with the same key, the first counts, as it
     * does for makedumpfile and crash. A last line without a newline is left out: a kernel that runs out of room cuts the text
     * anywhere, and half a number is a wrong one.
     *
     * @param text in UTF-8, of which the kernel uses ASCII: all remaining bytes. The buffer's own position does not move.
     * @return the text
     * @throws ElfFormatException if a line has no equals sign
     */
    public static Vmcoreinfo parse(ByteBuffer text) throws ElfFormatException {
        ElfView bytes = ElfView.of(text, ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN);
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, Long> offsets = new LinkedHashMap<>();
        int start = 0;
        int equals = -1;
        for (int at = 0; at < bytes.size() && bytes.u8(at) != 0; at++) {
            int next = bytes.u8(at);
            if (next == '=' && equals < 0) {
                equals = at;
            } else if (next == '\n') {
                verify(equals >= 0, start, "a line of vmcoreinfo must have the form KEY=VALUE");
                String key = bytes.text(start, equals);
                if (values.putIfAbsent(key, bytes.text(equals + 1, at)) == null) {
                    offsets.put(key, equals + 1L);
                }
                start = at + 1;
                equals = -1;
            }
        }
        return new Vmcoreinfo(values, offsets);
    }

    /**
     * Reads the text, see {@link #parse(ByteBuffer)}.
     *
     * @param text lines that each end with a newline
     * @return the text
     * @throws ElfFormatException if a line has no equals sign; its offset is that in the text as UTF-8
     */
    public static Vmcoreinfo parse(String text) throws ElfFormatException {
        return parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * {@return all values by their keys, such as "SYMBOL(_stext)", in the order of the text, unmodifiable}
     */
    public Map<String, String> values() {
        return values;
    }

    /**
     * {@return the release of the kernel as {@code uname -r} shows it (OSRELEASE), empty if the text has none}
     */
    public Optional<String> osRelease() {
        return Optional.ofNullable(values.get("OSRELEASE"));
    }

    /**
     * {@return the size of a page in bytes (PAGESIZE), unsigned, empty if the text has none}
     *
     * @throws ElfFormatException if the value is no decimal number of 64 bits
     */
    public OptionalLong pageSize() throws ElfFormatException {
        return decimal("PAGESIZE");
    }

    /**
     * {@return how far the kernel runs from where it was linked for (KERNELOFFSET), in bytes, unsigned, empty if the text does not
     * say}
     *
     * @throws ElfFormatException if the value is no hexadecimal number of 64 bits
     */
    public OptionalLong kernelOffset() throws ElfFormatException {
        return hexadecimal("KERNELOFFSET");
    }

    /**
     * Reads a number: NUMBER(name). Kernels write most of them in decimal, some of those negative, and addresses in hexadecimal
     * behind "0x".
     *
     * @param name such as "phys_base" or "VA_BITS"
     * @return the number, from -2^63 to 2^64 - 1: whoever asks knows whether it has a sign; empty if the text has none
     * @throws ElfFormatException if the value is no such number
     */
    public OptionalLong number(String name) throws ElfFormatException {
        String key = "NUMBER(" + name + ")";
        String value = values.getOrDefault(key, "");
        if (value.startsWith("0x")) {
            return parse(key, value.substring(2), 16);
        }
        if (value.startsWith("-") && digits(value.substring(1), 10)) {
            try {
                return OptionalLong.of(Long.parseLong(value));
            } catch (NumberFormatException e) {
                throw noNumber(key, 10);
            }
        }
        return decimal(key);
    }

    /**
     * Reads the address of a variable or function: SYMBOL(name).
     *
     * @param name such as "_stext"
     * @return the virtual address where it is in the running kernel, empty if the text has none
     * @throws ElfFormatException if the value is no hexadecimal number of 64 bits
     */
    public OptionalLong symbol(String name) throws ElfFormatException {
        return hexadecimal("SYMBOL(" + name + ")");
    }

    /**
     * Reads the size of a structure: SIZE(name).
     *
     * @param name such as "page"
     * @return the size in bytes, unsigned, empty if the text has none
     * @throws ElfFormatException if the value is no decimal number of 64 bits
     */
    public OptionalLong size(String name) throws ElfFormatException {
        return decimal("SIZE(" + name + ")");
    }

    /**
     * Reads where a field lies in its structure: OFFSET(name).
     *
     * @param name such as "page.flags"
     * @return the offset in bytes, unsigned, empty if the text has none
     * @throws ElfFormatException if the value is no decimal number of 64 bits
     */
    public OptionalLong offset(String name) throws ElfFormatException {
        return decimal("OFFSET(" + name + ")");
    }

    /**
     * Reads the number of elements of an array: LENGTH(name).
     *
     * @param name such as "mem_section"
     * @return the number, unsigned, empty if the text has none
     * @throws ElfFormatException if the value is no decimal number of 64 bits
     */
    public OptionalLong length(String name) throws ElfFormatException {
        return decimal("LENGTH(" + name + ")");
    }

    private OptionalLong decimal(String key) throws ElfFormatException {
        String value = values.get(key);
        return value == null ? OptionalLong.empty() : parse(key, value, 10);
    }

    private OptionalLong hexadecimal(String key) throws ElfFormatException {
        String value = values.get(key);
        return value == null ? OptionalLong.empty() : parse(key, value, 16);
    }

    private OptionalLong parse(String key, String value, int radix) throws ElfFormatException {
        if (!digits(value, radix)) {
            throw noNumber(key, radix);
        }
        try {
            return OptionalLong.of(Long.parseUnsignedLong(value, radix));
        } catch (NumberFormatException e) {
            throw noNumber(key, radix);
        }
    }

    /** The JDK would also take a sign, and the digits of any script. */
    private static boolean digits(String value, int radix) {
        return value.chars().allMatch(digit -> digit < 128 && Character.digit(digit, radix) >= 0);
    }

    private ElfFormatException noNumber(String key, int radix) {
        return new ElfFormatException(
                offsets.getOrDefault(key, 0L),
                "the value of %s must be a number of 64 bits, base %d".formatted(key, radix));
    }

    /**
     * Compares the values.
     *
     * @param other any object
     * @return whether it is a text with the same values
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof Vmcoreinfo info && values.equals(info.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /**
     * {@return the values, for people to read}
     */
    @Override
    public String toString() {
        return NOTE_NAME + values;
    }
}
