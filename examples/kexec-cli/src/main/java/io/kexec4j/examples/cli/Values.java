package io.kexec4j.examples.cli;

import io.kexec4j.image.Architecture;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What is typed, as values. */
final class Values {
    private static final Map<String, Long> SERIAL_PORTS = Map.of("ttyS0", 0x3f8L, "ttyS1", 0x2f8L);

    private Values() {}

    /** An address: decimal, hexadecimal with 0x, or octal with 0, as strtoul reads it with base 0. */
    static final class Address implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                if (text.startsWith("0x") || text.startsWith("0X")) {
                    return Long.parseUnsignedLong(text.substring(2), 16);
                }
                return text.length() > 1 && text.startsWith("0")
                        ? Long.parseUnsignedLong(text.substring(1), 8)
                        : Long.parseUnsignedLong(text, 10);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text + "' is no address; write it as in 0x1000000");
            }
        }
    }

    /** A serial port: a name of a PC's, or the I/O port or the address of its registers in hexadecimal. */
    static final class SerialPort implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            Long known = SERIAL_PORTS.get(text);
            if (known != null) {
                return known;
            }
            try {
                if (text.startsWith("0x")) {
                    return Long.parseUnsignedLong(text.substring(2), 16);
                }
            } catch (NumberFormatException e) {
                // Falls through to the message below, which says what is expected.
            }
            throw new TypeConversionException("'" + text
                    + "' is no serial port; use ttyS0, ttyS1, an I/O port as in 0x3f8, or an address as in 0x9000000");
        }
    }

    /** An architecture, by the name that uname prints. */
    static final class ArchitectureName implements ITypeConverter<Architecture> {
        @Override
        public Architecture convert(String text) {
            return Architecture.byName(text)
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of the architectures "
                            + Arrays.stream(Architecture.values())
                                    .map(Architecture::linuxName)
                                    .collect(Collectors.joining(", "))));
        }
    }
}
