package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The linker makes the same bytes as ld.lld of LLVM, given the same object, order of sections and address. A subclass has a
 * static method {@code objects} with sources in C or assembly, addresses, and options for the compiler.
 */
abstract class LldContract {
    private final String target;

    @TempDir
    Path directory;

    LldContract(String target) {
        this.target = target;
    }

    @BeforeEach
    void needsTools() {
        Tools.assume("clang", "ld.lld");
    }

    @ParameterizedTest
    @MethodSource("objects")
    void bytesAreEqual(String source, long[] addresses, String[] options) throws Exception {
        Path object = compile(source, options);
        for (long address : addresses) {
            Lld.assertSame(directory, object, address);
        }
    }

    final Path compile(String source, String... options) throws Exception {
        return Tools.compile(directory, target, source, options);
    }

    /** The types of all relocations that a source needs. */
    final Set<Integer> relocationTypes(String source, String... options) throws Exception {
        ElfFile file = ElfFile.parse(ByteBuffer.wrap(Files.readAllBytes(compile(source, options))));
        Set<Integer> types = new TreeSet<>();
        for (Section section : file.sections()) {
            if (section.type() == Section.SHT_RELA) {
                file.relocations(section).forEach(relocation -> types.add(relocation.type()));
            }
        }
        return types;
    }

    /** The types that were compared are those that a relocator knows, of all with codes below an end. */
    static void assertAllAreCompared(Set<Integer> types, Relocator relocator, int end, int count) {
        Set<Integer> known = new TreeSet<>();
        for (int code = 0; code < end; code++) {
            if (relocator.type(code) != null) {
                known.add(code);
            }
        }
        assertThat(types)
                .as(
                        "compared: %s",
                        types.stream()
                                .map(code -> Objects.requireNonNull(relocator.type(code))
                                        .name())
                                .toList())
                .isEqualTo(known)
                .hasSize(count);
    }

    /** Both linkers refuse an object at addresses that it cannot hold. */
    final void assertOverflows(String source, long... addresses) throws Exception {
        Path object = compile(source);
        RelocatableObject parsed = RelocatableObject.parse(ByteBuffer.wrap(Files.readAllBytes(object)));
        for (long address : addresses) {
            assertThatThrownBy(() -> parsed.link(address))
                    .isInstanceOf(ElfFormatException.class)
                    .hasMessageContaining("overflows");
            Tools.Result result = Lld.link(directory, object, address);
            assertThat(result.status()).isNotZero();
            assertThat(result.output()).contains("out of range");
        }
    }
}
