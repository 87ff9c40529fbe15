package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.PropertyValue;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Makes values of arguments: strings, or numbers of one size. */
final class ValueReader {
    private final ValueType type;
    private final int size;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final StringBuilder protocol = new StringBuilder("Decoding value:\n");

    ValueReader(ValueType type) {
        this.type = type;
        this.size = type.size() > 0 ? type.size() : Integer.BYTES;
    }

    /** The value that all arguments are together. */
    PropertyValue read(List<String> arguments) {
        for (String argument : arguments) {
            if (type.isString()) {
                bytes.writeBytes((argument + '\0').getBytes(StandardCharsets.UTF_8));
                protocol.append("\tstring: '").append(argument).append("'\n");
            } else {
                write(number(argument));
            }
        }
        protocol.append("Value size ").append(bytes.size()).append('\n');
        return PropertyValue.of(bytes.toByteArray());
    }

    /** What was read, for people. */
    String protocol() {
        return protocol.toString();
    }

    private void write(int number) {
        for (int shift = (size - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes.write(number >> shift);
        }
        String name = size == Integer.BYTES ? "int" : size == Short.BYTES ? "short" : "byte";
        protocol.append('\t').append(name).append(": ").append(number).append('\n');
    }

    /** A number that fits, signed or unsigned. */
    private int number(String argument) {
        BigInteger number = parse(argument);
        BigInteger end = BigInteger.ONE.shiftLeft(size * Byte.SIZE);
        if (number.compareTo(end) >= 0 || number.compareTo(end.shiftRight(1).negate()) < 0) {
            throw new IllegalArgumentException(argument + " does not fit into " + size + " bytes");
        }
        return number.intValue();
    }

    private BigInteger parse(String argument) {
        String text = argument.strip().toLowerCase(Locale.ROOT);
        boolean negative = text.startsWith("-");
        String digits = negative || text.startsWith("+") ? text.substring(1) : text;
        int base = type.isHex() ? 16 : 10;
        if (!type.equals(ValueType.UNSAID) && digits.startsWith("0x")) {
            base = 16;
            digits = digits.substring(2);
        } else if (!type.isHex() && !type.equals(ValueType.UNSAID) && digits.startsWith("0")) {
            base = 8;
        }
        if (digits.startsWith("-") || digits.startsWith("+")) {
            throw notANumber(argument);
        }
        try {
            BigInteger number = new BigInteger(digits, base);
            return negative ? number.negate() : number;
        } catch (NumberFormatException e) {
            throw notANumber(argument);
        }
    }

    private static IllegalArgumentException notANumber(String argument) {
        return new IllegalArgumentException("Couldn't parse \"" + argument + "\" as an integer");
    }
}
