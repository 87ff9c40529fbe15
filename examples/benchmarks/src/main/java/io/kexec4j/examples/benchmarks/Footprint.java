package io.kexec4j.examples.benchmarks;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecImage;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.file.Path;

/** How much heap images take: what is in use after a collection, with many of them and without. */
final class Footprint {
    private static final int IMAGES = 10_000;
    private static final int COLLECTIONS = 3;
    private static final int LARGE_MACHINE = 2_000;

    private Footprint() {}

    /** Bytes of heap for an image with its machine's own memory map and command line, on average over many. */
    static long bytesPerImage(Path kernelFile, Path initrdFile) throws IOException {
        KernelFile kernel = KernelFile.parse(Content.ofFile(kernelFile));
        Content initrd = Content.ofFile(initrdFile);
        build(kernel, initrd, 0); // what is made once is not an image's
        long before = used();
        KexecImage[] images = new KexecImage[IMAGES];
        try {
            for (int i = 0; i < IMAGES; i++) {
                images[i] = build(kernel, initrd, i);
            }
            return (used() - before) / IMAGES;
        } finally {
            Reference.reachabilityFence(images);
        }
    }

    private static KexecImage build(KernelFile kernel, Content initrd, int number) throws IOException {
        Target machine = Inputs.machine(LARGE_MACHINE + number);
        return KexecImageBuilder.forTarget(machine)
                .kernel(kernel)
                .initrd(initrd)
                .commandLine("root=/dev/sda1 ro console=ttyS0 machine=" + number)
                .build();
    }

    private static long used() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
