package io.kexec4j.examples.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What libfdt takes for the same, as a program of ours measures it in its own process.
 *
 * @param program the program, made of {@code src/main/c/libfdt.c}
 * @param trees what it is given
 */
record Libfdt(String program, Trees trees) {
    /** How many seconds it may take for one measurement: some grow with the square of the tree. */
    static final int LIMIT = 20;

    /** What {@link Program} says of timeout(1) when the time is over. */
    private static final String TIMED_OUT = "ended with 124";

    /** Milliseconds that an operation takes; nothing if it takes too long. */
    OptionalDouble millis(String operation, String tree) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "timeout",
                Integer.toString(LIMIT),
                program,
                operation,
                trees.file(tree).toString()));
        if (operation.equals("overlay")) {
            command.add(trees.file(Trees.overlayOf(tree)).toString());
        }
        try {
            return OptionalDouble.of(Double.parseDouble(new Program(Map.of(), command).run()) / 1000);
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains(TIMED_OUT)) {
                return OptionalDouble.empty();
            }
            throw e;
        }
    }
}
