package io.kexec4j.boot.x86;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.kernel.SetupHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * {@code struct boot_params}, the zero page: {@value #SIZE} bytes in which a boot loader tells a kernel what it must know.
 * Immutable.
 */
public final class BootParams {
    /** {@code sizeof(struct boot_params)}. */
    public static final int SIZE = 4096;

    private final byte[] bytes;

    private BootParams(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads the boot_params of a running kernel.
     *
     * @param content as in {@code /sys/kernel/boot_params/data}
     * @return the same as a value
     * @throws MalformedInputException if it does not have {@value #SIZE} bytes
     * @throws IOException if the file has shrunk
     */
    public static BootParams parse(Content content) throws IOException {
        ByteView view = content.head("boot_params", ByteOrder.LITTLE_ENDIAN, SIZE);
        view.verify(
                content.size() == SIZE, 0, "boot_params must have %d bytes, not %d".formatted(SIZE, content.size()));
        byte[] bytes = new byte[SIZE];
        view.bytes().get(bytes);
        return new BootParams(bytes);
    }

    /**
     * {@return a number}
     *
     * @param field a field of 1, 2, 4 or 8 bytes
     * @throws IllegalArgumentException if the field is no number
     */
    public long get(BootParamsField field) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return switch (field.size()) {
            case Byte.BYTES -> Byte.toUnsignedLong(buffer.get(field.offset()));
            case Short.BYTES -> Short.toUnsignedLong(buffer.getShort(field.offset()));
            case Integer.BYTES -> Integer.toUnsignedLong(buffer.getInt(field.offset()));
            case Long.BYTES -> buffer.getLong(field.offset());
            default -> throw new IllegalArgumentException(field.kernelName() + " is no number");
        };
    }

    /**
     * {@return the bytes of a field, in a new array}
     *
     * @param field which
     */
    public byte[] bytes(BootParamsField field) {
        byte[] value = new byte[field.size()];
        System.arraycopy(bytes, field.offset(), value, 0, value.length);
        return value;
    }

    /**
     * {@return all bytes, in a new array}
     */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /**
     * {@return a builder in which every byte is zero}
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Writes the fields of new boot_params. Not thread-safe. */
    public static final class Builder {
        private static final int BYTE_BITS = 8;

        private final byte[] bytes = new byte[SIZE];

        private Builder() {}

        /**
         * Writes a number.
         *
         * @param field a field of 1, 2, 4 or 8 bytes
         * @param value what to write, unsigned
         * @return this
         * @throws IllegalArgumentException if the field is no number, or if the value does not fit
         */
        public Builder put(BootParamsField field, long value) {
            if (field.size() > Long.BYTES) {
                throw new IllegalArgumentException(field.kernelName() + " is no number");
            }
            if (field.size() < Long.BYTES && value >>> (field.size() * BYTE_BITS) != 0) {
                throw new IllegalArgumentException(
                        "0x%x does not fit into the %d bytes of %s".formatted(value, field.size(), field.kernelName()));
            }
            for (int i = 0; i < field.size(); i++) {
                bytes[field.offset() + i] = (byte) (value >>> (i * BYTE_BITS));
            }
            return this;
        }

        /**
         * Writes the bytes of a field; what they leave stays as it is.
         *
         * @param field which
         * @param value at most as many bytes as the field has
         * @return this
         * @throws IllegalArgumentException if there are more
         */
        public Builder put(BootParamsField field, byte[] value) {
            if (value.length > field.size()) {
                throw new IllegalArgumentException("%d bytes do not fit into the %d bytes of %s"
                        .formatted(value.length, field.size(), field.kernelName()));
            }
            System.arraycopy(value, 0, bytes, field.offset(), value.length);
            return this;
        }

        /**
         * Writes a kernel's setup header to its place. It is all that may be taken from the kernel's file: the bytes around it
         * are code of the boot sector there, and fields in boot_params.
         *
         * @param header from {@code setup_sects} on, by its own length
         * @return this
         * @throws IllegalArgumentException if it is longer than a setup header can be
         */
        public Builder setupHeader(byte[] header) {
            if (header.length > SetupHeader.LARGEST_END - SetupHeader.START) {
                throw new IllegalArgumentException(
                        "a setup header of %d bytes would reach behind its place".formatted(header.length));
            }
            System.arraycopy(header, 0, bytes, SetupHeader.START, header.length);
            return this;
        }

        /**
         * {@return the boot_params}
         */
        public BootParams build() {
            return new BootParams(bytes.clone());
        }
    }
}
