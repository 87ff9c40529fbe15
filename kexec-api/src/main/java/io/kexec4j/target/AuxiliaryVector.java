package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code /proc/self/auxv}: what Linux tells a process when it starts, as pairs of a type and a value, both as wide as an address of
 * that process (include/uapi/linux/auxvec.h; fs/proc/base.c, proc_pid_auxv). Width and byte order are found out from the bytes: a
 * 32-bit process sees another vector than a 64-bit one on the same machine, and at most one reading makes sense.
 */
final class AuxiliaryVector {
    static final String FILE = "proc/self/auxv";

    private static final long AT_NULL = 0;
    private static final long AT_PAGESZ = 6;

    /** More than any type there is, and less than any that is read in the wrong width or byte order. */
    private static final long LARGEST_TYPE = 0xffff;

    private static final long SMALLEST_PAGE = 1 << 12;
    private static final long LARGEST_PAGE = 1 << 16;

    /** How the bytes are to be read. */
    private record Form(int width, ByteOrder order) {
        long word(ByteBuffer bytes, int index) {
            int offset = index * width;
            return width == Long.BYTES ? bytes.getLong(offset) : Integer.toUnsignedLong(bytes.getInt(offset));
        }
    }

    private static final List<Form> FORMS = List.of(
            new Form(Long.BYTES, ByteOrder.LITTLE_ENDIAN),
            new Form(Long.BYTES, ByteOrder.BIG_ENDIAN),
            new Form(Integer.BYTES, ByteOrder.LITTLE_ENDIAN),
            new Form(Integer.BYTES, ByteOrder.BIG_ENDIAN));

    private final Form form;
    private final long pageSize;

    private AuxiliaryVector(Form form, long pageSize) {
        this.form = form;
        this.pageSize = pageSize;
    }

    static AuxiliaryVector parse(byte[] bytes) throws MalformedInputException {
        for (Form form : FORMS) {
            OptionalLong pageSize = pageSize(ByteBuffer.wrap(bytes).order(form.order), form);
            if (pageSize.isPresent()) {
                return new AuxiliaryVector(form, pageSize.getAsLong());
            }
        }
        throw RootFiles.malformed(
                FILE,
                "there must be pairs of a type and a value, up to AT_NULL, and an AT_PAGESZ of 4 to 64 KiB among them");
    }

    /** The value of the last AT_PAGESZ, if all that is read in this form makes sense. */
    private static OptionalLong pageSize(ByteBuffer bytes, Form form) {
        OptionalLong found = OptionalLong.empty();
        for (int pair = 0; (pair + 1) * 2 * form.width <= bytes.limit(); pair++) {
            long type = form.word(bytes, 2 * pair);
            long value = form.word(bytes, 2 * pair + 1);
            if (type == AT_NULL) {
                return found;
            }
            boolean isPageSize = type == AT_PAGESZ;
            if (Long.compareUnsigned(type, LARGEST_TYPE) > 0 || (isPageSize && !isPageSize(value))) {
                return OptionalLong.empty();
            }
            found = isPageSize ? OptionalLong.of(value) : found;
        }
        return OptionalLong.empty();
    }

    private static boolean isPageSize(long value) {
        return Long.bitCount(value) == 1 && value >= SMALLEST_PAGE && value <= LARGEST_PAGE;
    }

    /** The page size of the machine in bytes: a power of two, 4 to 64 KiB. */
    long pageSize() {
        return pageSize;
    }

    /** A vector of the same form with nothing but the page size. All else is about a process that is long gone. */
    byte[] factsOnly() {
        ByteBuffer bytes = ByteBuffer.allocate(2 * 2 * form.width).order(form.order);
        for (long word : List.of(AT_PAGESZ, pageSize, AT_NULL, 0L)) {
            if (form.width == Long.BYTES) {
                bytes.putLong(word);
            } else {
                bytes.putInt((int) word);
            }
        }
        return bytes.array();
    }

    /** The machine's page size, unless the file is missing. */
    static OptionalLong pageSize(RootFiles files) throws IOException {
        Optional<byte[]> bytes = files.bytes(FILE);
        return bytes.isPresent() ? OptionalLong.of(parse(bytes.get()).pageSize) : OptionalLong.empty();
    }
}
