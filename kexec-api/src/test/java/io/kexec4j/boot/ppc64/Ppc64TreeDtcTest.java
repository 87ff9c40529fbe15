package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Trees.live;
import static io.kexec4j.boot.ppc64.Ppc64Trees.plan;
import static io.kexec4j.boot.ppc64.Ppc64Trees.request;
import static io.kexec4j.boot.ppc64.Ppc64Trees.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** dtc reads what is handed over, and would write the same. */
class Ppc64TreeDtcTest {
    private static final Path DTC = Path.of("/usr/bin/dtc");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void ofAllImages() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(DTC), "no " + DTC);
        for (EditableTree machine : List.of(Ppc64Trees.guest(), Ppc64Trees.bareMetal())) {
            CrashFacts facts = Ppc64Trees.crash().cpus(List.of(), 64).build();
            Target target = target(machine, live(machine));
            Fdt updated = Ppc64Trees.read(Ppc64Trees.handOver(request(target, null, plan(target, facts, true)), null));
            assertSame(Ppc64Trees.normal(machine, live(machine)));
            assertSame(Ppc64Trees.crash(machine, live(machine), facts));
            assertSame(updated);
        }
    }

    private void assertSame(Fdt tree) throws IOException, InterruptedException {
        Path ours = directory.resolve("ours");
        Path theirs = directory.resolve("theirs");
        byte[] bytes = new byte[tree.bytes().remaining()];
        tree.bytes().get(bytes);
        Files.write(ours, bytes);
        Process dtc = new ProcessBuilder(
                        DTC.toString(), "-q", "-I", "dtb", "-O", "dtb", "-o", theirs.toString(), ours.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(dtc.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(dtc.exitValue()).isZero();
        assertThat(ByteBuffer.wrap(Files.readAllBytes(theirs)))
                .as("without the room for CPUs to come")
                .isEqualTo(tree.edit().write());
    }
}
