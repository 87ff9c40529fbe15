package io.kexec4j.examples.fdt;

import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A form of a tree. */
enum DtcFormat {
    /** Source. */
    DTS,
    /** A blob. */
    DTB,
    /** A directory with files for properties. */
    FS;

    /** What the name of a file says. */
    static Optional<DtcFormat> ofName(String name) {
        if (name.endsWith(".dts")) {
            return Optional.of(DTS);
        }
        return name.endsWith(".dtb") || name.endsWith(".dtbo") ? Optional.of(DTB) : Optional.empty();
    }

    /** Reads the name of a format to read. */
    static final class Input implements ITypeConverter<DtcFormat> {
        @Override
        public DtcFormat convert(String name) {
            return switch (name) {
                case "dts" -> DTS;
                case "dtb" -> DTB;
                case "fs" -> FS;
                default -> throw new TypeConversionException("Unknown input format \"" + name + "\"");
            };
        }
    }

    /** Reads the name of a format to write. */
    static final class Output implements ITypeConverter<DtcFormat> {
        @Override
        public DtcFormat convert(String name) {
            return switch (name) {
                case "dts" -> DTS;
                case "dtb" -> DTB;
                case "yaml", "asm" ->
                    throw new TypeConversionException("-O " + name + " is missing here; there are dtb and dts");
                default -> throw new TypeConversionException("Unknown output format \"" + name + "\"");
            };
        }
    }
}
