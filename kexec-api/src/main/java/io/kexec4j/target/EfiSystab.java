package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code /sys/firmware/efi/systab}: one {@code NAME=0xADDRESS} a line (drivers/firmware/efi/efi.c, systab_show). */
final class EfiSystab {
    private static final String FORMAT = "/sys/firmware/efi/systab";

    private EfiSystab() {}

    /** The address of ACPI's root pointer: that of ACPI 2.0 or newer, else that of ACPI 1.0. */
    static OptionalLong acpiRsdp(String text) throws MalformedInputException {
        List<String> lines = text.lines().toList();
        Optional<String> line = line(lines, "ACPI20=").or(() -> line(lines, "ACPI="));
        if (line.isEmpty()) {
            return OptionalLong.empty();
        }
        String number = line.get().substring(line.get().indexOf('=') + 1);
        try {
            return OptionalLong.of(Long.parseUnsignedLong(number.substring(number.startsWith("0x") ? 2 : 0), 16));
        } catch (NumberFormatException e) {
            MalformedInputException malformed = MalformedInputException.atLine(
                    FORMAT, lines.indexOf(line.get()) + 1L, "an address must be hexadecimal: " + line.get());
            malformed.initCause(e);
            throw malformed;
        }
    }

    private static Optional<String> line(List<String> lines, String prefix) {
        return lines.stream().filter(line -> line.startsWith(prefix)).findFirst();
    }
}
