package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.PropertyValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories against dtc, which reads them too. */
class DeviceTreeDirectoryDtcTest {
    private static final Path DTC = Path.of("/usr/bin/dtc");

    @Test
    void aDirectoryIsTheTreeThatDtcReads(@TempDir Path root) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(DTC), "no " + DTC);
        for (int seed = 0; seed < 20; seed++) {
            EditableTree tree = EditableTree.empty();
            fill(tree.root(), new Random(seed), 4);
            Path machine = root.resolve("" + seed);
            for (Map.Entry<String, byte[]> file :
                    DeviceTreeDirectory.filesOf(tree.flatten()).entrySet()) {
                Path path = machine.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
            Fdt read = DeviceTreeDirectory.read(new RootFiles(machine)).orElseThrow();
            assertThat(read.bytes()).as("seed %d", seed).isEqualTo(dtc(machine));
        }
    }

    /** Every node has a property, as dtc would keep those of Linux that are called "name". */
    private static void fill(EditableNode node, Random random, int depth) {
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            byte[] value = new byte[random.nextInt(9)];
            random.nextBytes(value);
            node.set(name(random), PropertyValue.of(value));
        }
        for (int i = depth == 0 ? 0 : random.nextInt(4); i > 0; i--) {
            String name = name(random) + "@" + Integer.toHexString(random.nextInt(1 << 16));
            if (node.child(name).isEmpty()) {
                fill(node.add(name), random, depth - 1);
            }
        }
    }

    private static String name(Random random) {
        String characters = "abcXYZ019,._+-";
        StringBuilder name = new StringBuilder("p");
        for (int i = random.nextInt(8); i > 0; i--) {
            name.append(characters.charAt(random.nextInt(characters.length())));
        }
        return name.toString();
    }

    private static ByteBuffer dtc(Path machine) throws IOException, InterruptedException {
        Path blob = machine.resolve("dtb");
        Process dtc = new ProcessBuilder(
                        DTC.toString(), "-q", "-f", "-s", "-I", "fs", "-O", "dtb", "-o", blob.toString(), "device-tree")
                .directory(machine.resolve("proc").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(dtc.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return ByteBuffer.wrap(Files.readAllBytes(blob));
    }
}
