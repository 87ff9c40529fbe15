package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /sys/firmware/efi/systab}: one {@code NAME=0xADDRESS} a line (drivers/firmware/efi/efi.c, systab_show). */
final class EfiSystab {
    private static final String FORMAT = "/sys/firmware/efi/systab";
    private static final Pattern ADDRESS = Pattern.compile("0x([0-9a-f]{1,16})");

    private EfiSystab() {}

    /** The address of ACPI's root pointer: that of ACPI 2.0 or newer, else that of ACPI 1.0. An address of 0 is none. */
    static OptionalLong acpiRsdp(String text) throws MalformedInputException {
        List<String> lines = text.lines().toList();
        OptionalLong acpi20 = address(lines, "ACPI20=");
        return acpi20.isPresent() ? acpi20 : address(lines, "ACPI=");
    }

    /** The address of the entry point of SMBIOS 2. That of SMBIOS 3, {@code SMBIOS3=}, is another table. */
    static OptionalLong smbios(String text) throws MalformedInputException {
        return address(text.lines().toList(), "SMBIOS=");
    }

    private static OptionalLong address(List<String> lines, String prefix) throws MalformedInputException {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith(prefix)) {
                Matcher address = ADDRESS.matcher(line.substring(prefix.length()));
                if (!address.matches()) {
                    throw MalformedInputException.atLine(
                            FORMAT,
                            i + 1L,
                            "an address must be 0x and at most 16 hexadecimal digits: "
                                    + MalformedInputException.quote(line));
                }
                long value = Long.parseUnsignedLong(address.group(1), 16);
                return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
            }
        }
        return OptionalLong.empty();
    }
}
