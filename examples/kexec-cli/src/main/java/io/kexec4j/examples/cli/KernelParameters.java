package io.kexec4j.examples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A kernel's command line as words. Double quotes keep blanks together, as in the kernel's next_arg (lib/cmdline.c). */
final class KernelParameters {
    private KernelParameters() {}

    /** The command line without one parameter, with or without a value, wherever it stands. */
    static String without(String commandLine, String name) {
        return words(commandLine).stream()
                .filter(word -> !word.equals(name) && !word.startsWith(name + "="))
                .collect(Collectors.joining(" "));
    }

    private static List<String> words(String commandLine) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < commandLine.length(); i++) {
            char c = commandLine.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            }
            if (Character.isWhitespace(c) && !quoted) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
            } else {
                word.append(c);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }
}
