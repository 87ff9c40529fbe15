package io.kexec4j.examples.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What libfdt takes for the same, as a program of ours measures it in its own process.
 *
 * @param program the program, made of {@code src/main/c/libfdt.c}
 * @param trees what it is given
 */
record Libfdt(String program, Trees trees) {
    /** Milliseconds that an operation takes. */
    double millis(String operation, String tree) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(program, operation, trees.file(tree).toString()));
        if (operation.equals("overlay")) {
            command.add(trees.file(Trees.overlayOf(tree)).toString());
        }
        return Double.parseDouble(new Program(Map.of(), command).run()) / 1000;
    }
}
