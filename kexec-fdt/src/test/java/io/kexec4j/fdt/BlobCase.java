package io.kexec4j.fdt;

import static io.kexec4j.fdt.FdtLimits.NONE;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A blob with one peculiarity, what libfdt 1.8 says of it, and which rules of the specification it breaks.
 *
 * @param name what is peculiar
 * @param blob the blob
 * @param error the error of fdt_check_full, if there is one
 * @param broken the rules, each once
 */
record BlobCase(String name, RawBlob blob, Optional<FdtError> error, List<SpecificationRule> broken) {
    static List<BlobCase> all() {
        return Stream.of(HeaderCases.all(), ReservationCases.all(), StructureCases.all(), ContentCases.all())
                .flatMap(List::stream)
                .toList();
    }

    static List<BlobCase> readable() {
        return all().stream().filter(blob -> blob.error().isEmpty()).toList();
    }

    Fdt read() throws FdtException {
        return Fdt.read(ByteBuffer.wrap(blob.bytes()), NONE);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Cases as they are collected. */
    static final class Cases {
        private final List<BlobCase> cases = new ArrayList<>();

        /** One that libfdt takes. */
        Cases good(String name, RawBlob blob, SpecificationRule... broken) {
            cases.add(new BlobCase(name, blob, Optional.empty(), List.of(broken)));
            return this;
        }

        /** One that libfdt refuses. */
        Cases bad(String name, RawBlob blob, FdtError error) {
            cases.add(new BlobCase(name, blob, Optional.of(error), List.of()));
            return this;
        }

        List<BlobCase> list() {
            return List.copyOf(cases);
        }
    }
}
