package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kernels whose whole file is compressed, by the tools that everybody uses for it. */
@ExtendWith(MatrixExtension.class)
class CompressedMatrixTest {
    /** Which zstd-jni wants, though it is empty in today's C library. */
    private static final String LIBRARY = "/lib/x86_64-linux-gnu/libpthread.so.0";

    private static final long MIB = 1 << 20;

    /** A compressed copy in target, made by a tool that writes to its standard output. */
    private static Path compressed(Path file, String command) throws IOException, InterruptedException {
        Lab.tool(command.split(" ", 2)[0]);
        Path copy = Path.of("target", file.getFileName() + "." + command.replaceAll("[^a-z0-9]+", "-"));
        Commands.run("sh", "-c", "%s <%s >%s".formatted(command, file, copy));
        return copy;
    }

    @Test
    void linuxStartsAVmlinux(Matrix matrix) throws Throwable {
        matrix.row(
                new Matrix.Row(
                        "x86_64",
                        Lab.release(X86_64, "6.12"),
                        Lab.release(X86_64, "6.12"),
                        "ELF vmlinux, zstd",
                        "kexec_load",
                        true),
                () -> {
                    Kernel kernel = Lab.kernel(X86_64, "6.12");
                    Console console = new KexecScenario(
                                    "x86_64-vmlinux-zstd", kernel, compressed(kernel.vmlinux(), "zstd -qc"))
                            .firstFile(LIBRARY.substring(1), Path.of(LIBRARY))
                            .secondCommandLine("kexec4j.row=vmlinux-zstd")
                            .load(KexecScenario.KEXEC + "-c -d -l /k2 --initrd=/rd2 --append=\"$CMD2\"")
                            .run();

                    Boots.assertLoaded(console);
                    Boots.assertStarted(console, kernel.release(), "console=ttyS0 panic=-1 kexec4j.row=vmlinux-zstd");
                });
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "gzip,         gzip -9c",
        "bzip2,        bzip2 -9c",
        "lzma,         xz --format=lzma -c",
        "xz,           xz -9ec",
        "lz4,          lz4 -qc",
        "lz4 (legacy), lz4 -qlc",
        "zstd,         zstd -q19c",
        "lzo,          lzop -9c"
    })
    void theTinyKernelStarts(String compression, String command, Matrix matrix) throws Throwable {
        String format = "bzImage, " + compression;
        matrix.row(new Matrix.Row("x86_64", "none", "kexec4j tiny", format, "hand-over", false), () -> {
            Path file = compressed(Lab.tinyKernel(), command);
            Target target = Target.builder(
                            Architecture.X86_64,
                            new MemoryMap(
                                    List.of(new MemoryRegion(new PhysicalRange(16 * MIB, 500 * MIB), RegionType.RAM))))
                    .build();
            Console console = HandOver.boot(
                    file.getFileName().toString(),
                    512,
                    KexecImageBuilder.forTarget(target)
                            .kernel(KernelFile.parse(Content.ofFile(file)))
                            .commandLine("compressed by " + compression)
                            .build());
            assertThat(console.get("\"command_line\": \"(.*)\"").group(1)).isEqualTo("compressed by " + compression);
            assertThat(console.text()).endsWith("KEXEC4J-TINY-KERNEL-DONE");
        });
    }
}
