package io.kexec4j.linux;

import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.ProcIomem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the kernel tells that matters to the crash slot only. Each fact is empty if it cannot be read.
 *
 * @param loaded whether the slot holds an image
 * @param region where a crash image must lie; where two ranges are reserved, the upper one
 * @param pageSize of the running kernel, in bytes
 * @param machine the architecture of the kernel; that of this JVM may have fewer bits
 * @param updates whether the kernel can update a crash image in place
 */
record CrashState(
        Optional<Boolean> loaded,
        Optional<PhysicalRange> region,
        OptionalLong pageSize,
        Optional<LinuxAbi> machine,
        Optional<Boolean> updates) {
    private static final String REGION = "Crash kernel";
    private static final long AT_NULL = 0;
    private static final long AT_PAGESZ = 6;

    /**
     * Reads what there is.
     *
     * @param root / or a directory with a copy of its files
     * @param wordSize size of a pointer of this process in bytes
     */
    static CrashState read(Path root, int wordSize) {
        Path kernel = root.resolve("sys/kernel");
        OptionalLong loaded = KernelState.number(kernel.resolve("kexec_crash_loaded"));
        return new CrashState(
                KernelState.flag(
                        loaded.isPresent() ? loaded : KernelState.number(kernel.resolve("kexec/crash_loaded"))),
                region(root),
                pageSize(root, wordSize),
                KernelState.word(root.resolve("proc/sys/kernel/arch")).flatMap(LinuxAbi::byName),
                Files.isDirectory(kernel)
                        ? Optional.of(Files.exists(kernel.resolve("kexec/crash_elfcorehdr_size"))
                                || Files.exists(kernel.resolve("crash_elfcorehdr_size")))
                        : Optional.empty());
    }

    /** Where a crash image must lie now, which is not what it was if the reservation was shrunk. */
    static Optional<PhysicalRange> region(Path root) {
        Path chosen = root.resolve("proc/device-tree/chosen");
        return inIomem(root.resolve("proc/iomem"))
                .or(() -> inTree(
                        root, chosen.resolve("linux,crashkernel-base"), chosen.resolve("linux,crashkernel-size")));
    }

    private static Optional<PhysicalRange> inIomem(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            if (ProcIomem.isHidden(text)) {
                return Optional.empty();
            }
            return ProcIomem.parse(text).named(REGION).stream().max(PhysicalRange::compareTo);
        } catch (IOException e) {
            return Optional.empty(); // the kernel itself knows
        }
    }

    /** As a kernel for Power shows it: two numbers of 64 bits, which stay as they were at boot. What is given back is so at the end. */
    private static Optional<PhysicalRange> inTree(Path root, Path base, Path size) {
        try {
            byte[] start = Files.readAllBytes(base);
            byte[] length = Files.readAllBytes(size);
            if (start.length != Long.BYTES || length.length != Long.BYTES) {
                return Optional.empty();
            }
            long from = ByteBuffer.wrap(start).getLong();
            long end = from + ByteBuffer.wrap(length).getLong();
            boolean hasSysfs = Files.isDirectory(root.resolve("sys/kernel"));
            long left = hasSysfs ? CrashReservation.sizeIfTold(root).orElse(-1) : -1;
            if (Long.compareUnsigned(from, end) >= 0 || left == 0) {
                return Optional.empty();
            }
            return Optional.of(new PhysicalRange(from, Long.compareUnsigned(left, end - from) < 0 ? from + left : end));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** From the auxiliary vector: pairs of words, each a key and a value. */
    private static OptionalLong pageSize(Path root, int wordSize) {
        try {
            ByteBuffer vector = ByteBuffer.wrap(Files.readAllBytes(root.resolve("proc/self/auxv")))
                    .order(ByteOrder.nativeOrder());
            while (vector.remaining() >= 2 * wordSize) {
                long key = word(vector, wordSize);
                long value = word(vector, wordSize);
                if (key == AT_PAGESZ && Long.bitCount(value) == 1) {
                    return OptionalLong.of(value);
                }
                if (key == AT_NULL) {
                    break;
                }
            }
            return OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static long word(ByteBuffer buffer, int wordSize) {
        return wordSize == Integer.BYTES ? Integer.toUnsignedLong(buffer.getInt()) : buffer.getLong();
    }
}
