package io.kexec4j.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files: no more of them is read than the header says. */
class ReadFileTest {
    @TempDir
    Path folder;

    @Test
    void whatFollowsTheBlobIsNotRead() throws Exception {
        byte[] bytes = RawBlob.base().bytes();
        Path file = folder.resolve("long.dtb");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.write(bytes);
            sparse.setLength(1L << 40);
        }
        Fdt fdt = Fdt.read(file);

        assertThat(fdt.bytes()).isEqualTo(ByteBuffer.wrap(bytes));
    }

    @Test
    void shortFilesAreRefused() throws Exception {
        byte[] bytes = RawBlob.base().bytes();
        for (int length : new int[] {0, 1, 27, 28, 39, 40, 41, bytes.length - 1}) {
            Path file = folder.resolve("short.dtb");
            try (OutputStream out = Files.newOutputStream(file)) {
                out.write(bytes, 0, length);
            }
            assertThatThrownBy(() -> Fdt.read(file))
                    .as("%d bytes", length)
                    .isInstanceOfSatisfying(
                            FdtException.class, e -> assertThat(e.error()).isEqualTo(FdtError.TRUNCATED));
        }
    }

    @Test
    void anEndlessFileIsNoTree() {
        Path zero = Path.of("/dev/zero");
        Assumptions.assumeTrue(Files.exists(zero));

        assertThatThrownBy(() -> Fdt.read(zero)).isInstanceOf(FdtException.class);
    }
}
