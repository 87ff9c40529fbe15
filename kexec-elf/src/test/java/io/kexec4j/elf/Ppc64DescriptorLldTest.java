package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Big-endian code with function descriptors. The linker of LLVM knows nothing of them and would branch into .opd, so it gets the
 * same program with all branches to functions changed into branches to their code; everything else is as the compiler wrote it.
 */
class Ppc64DescriptorLldTest {
    private static final String TARGET = "powerpc64-unknown-linux-gnu";

    /** A function as the compiler writes it: descriptor, and later the label of its code. */
    private static final Pattern FUNCTION =
            Pattern.compile("^(\\w+):\\s+# @\\1$.*?^(\\.Lfunc_begin\\d+):", Pattern.MULTILINE | Pattern.DOTALL);

    private static final Pattern BRANCH = Pattern.compile("^(\\s+bl?) (\\w+)$", Pattern.MULTILINE);

    @TempDir
    Path directory;

    @BeforeEach
    void needsTools() {
        Tools.assume("clang", "ld.lld");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-O2", "-O0", "-Os -mcmodel=small", "-O2 -mcmodel=large", "-O2 -ffunction-sections"})
    void bytesAreEqual(String options) throws Exception {
        String assembly = assembly(options.split(" "));
        Path object = assemble("ours", assembly);
        Path theirs = assemble("theirs", withBranchesToCode(assembly));

        for (long address : Ppc64LldContract.HIGH) {
            Lld.assertSame(directory, object, theirs, address);
        }
    }

    /** The code of a function begins where its descriptor says. */
    @Test
    void codeHasSymbols() throws Exception {
        Path object = assemble("ours", assembly("-O2"));
        LinkedObject linked = RelocatableObject.parse(ByteBuffer.wrap(Files.readAllBytes(object)))
                .link(0x12_3456_7000L);
        ByteBuffer content = ByteBuffer.wrap(linked.content()).order(ByteOrder.BIG_ENDIAN);

        for (String function : new String[] {"other", "choose", "later", "twice"}) {
            int descriptor = (int) (linked.symbolAddress(function) - linked.address());
            assertThat(linked.symbolAddress("." + function)).isEqualTo(content.getLong(descriptor));
            assertThat(linked.symbolAddress(".TOC.")).isEqualTo(content.getLong(descriptor + 8));
            assertThat(content.getLong(descriptor + 16)).isZero();
        }
        assertThat(linked.symbolAddress(".choose")).isNotEqualTo(linked.symbolAddress(".later"));
    }

    private String assembly(String... options) throws Exception {
        Path input = directory.resolve("source.c");
        Path output = directory.resolve("source.s");
        Files.writeString(input, Ppc64LldContract.C);
        Object[] command = {
            "clang",
            "--target=" + TARGET,
            "-mabi=elfv1",
            "-S",
            input,
            "-o",
            output,
            "-ffreestanding",
            "-fno-asynchronous-unwind-tables"
        };
        Object[] all = Arrays.copyOf(command, command.length + options.length);
        System.arraycopy(options, 0, all, command.length, options.length);
        Tools.run(all);
        return Files.readString(output).strip();
    }

    private Path assemble(String name, String assembly) throws Exception {
        Path subdirectory = Files.createDirectory(directory.resolve(name));
        return Tools.compile(subdirectory, TARGET, assembly, "-mabi=elfv1");
    }

    private static String withBranchesToCode(String assembly) {
        Map<String, String> code = new HashMap<>();
        Matcher functions = FUNCTION.matcher(assembly);
        while (functions.find()) {
            code.put(functions.group(1), functions.group(2));
        }
        assertThat(code).containsKeys("later", "choose", "hidden");
        String changed = BRANCH.matcher(assembly)
                .replaceAll(branch -> branch.group(1) + " " + code.getOrDefault(branch.group(2), branch.group(2)));
        assertThat(changed).contains("bl .Lfunc_begin").doesNotContainPattern("bl (later|hidden)\\n");
        return changed;
    }
}
