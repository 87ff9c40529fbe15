package io.kexec4j.examples.bootmatrix;

import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.image.Architecture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The tiny kernels for ppc64, which differ in nothing but byte order. */
final class Ppc64Tiny {
    static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;

    private Ppc64Tiny() {}

    static ElfFile file(ByteOrder order) throws IOException {
        return ElfFile.parse(ByteBuffer.wrap(Files.readAllBytes(Lab.tinyPpc64(order))));
    }

    /** The only one. */
    static ProgramHeader segment(ByteOrder order) throws IOException {
        return file(order).programHeaders().get(0);
    }

    /** As it lies in memory, wherever that is, with zeros behind it. */
    static ByteBuffer code(ByteOrder order) throws IOException {
        return file(order).content(segment(order)).order(order);
    }

    static Architecture architecture(ByteOrder order) {
        return order == LITTLE ? Architecture.PPC64LE : Architecture.PPC64;
    }

    /** As it prints the order in which it was entered. */
    static String name(ByteOrder order) {
        return order == LITTLE ? "little-endian" : "big-endian";
    }

    /** For a test that takes the order of the kernel that starts another, and of that other. */
    static Stream<Arguments> pairs() {
        return orders().flatMap(old -> orders().map(tiny -> Arguments.of(old, tiny)));
    }

    static Stream<ByteOrder> orders() {
        return Stream.of(LITTLE, BIG);
    }
}
