package io.kexec4j.examples.quickstart;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecImage;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Builds an image for a machine that is described by hand, and prints it. Loads nothing. */
public final class Quickstart {
    private Quickstart() {}

    /**
     * Runs the example.
     *
     * @param arguments the command line of the second kernel; one of our own by default
     * @throws IOException if the kernel that comes along is damaged
     */
    public static void main(String[] arguments) throws IOException {
        print(System.out, arguments.length > 0 ? String.join(" ", arguments) : "hello=world console=ttyS0");
    }

    static void print(PrintStream out, String commandLine) throws IOException {
        Target target = SampleMachine.target();
        out.println("the machine");
        for (MemoryRegion region : target.memoryMap().regions()) {
            out.println("  " + region);
        }
        KernelFile kernel = KernelFile.parse(TinyKernel.file());
        out.println("the kernel");
        out.println("  " + kernel);
        KexecImage image = KexecImageBuilder.forTarget(target)
                .kernel(kernel)
                .initrd(Content.of("an initrd of a few bytes".getBytes(StandardCharsets.US_ASCII)))
                .commandLine(commandLine)
                .build();
        out.println();
        out.print(image.describe());
    }
}
