package io.kexec4j.examples.bootmatrix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The shared libraries that a program of this machine needs, its loader among them, as ldd(1) finds them. */
final class SharedLibraries {
    /** {@code libz.so.1 => /lib/libz.so.1 (0x...)} or {@code /lib64/ld-linux-x86-64.so.2 (0x...)}. */
    private static final Pattern LINE = Pattern.compile("(?m)^\\s+(?:\\S+ => )?(/\\S+) \\(0x[0-9a-f]+\\)$");

    private SharedLibraries() {}

    /** Nothing for a program that is linked statically. */
    static Set<Path> of(Path program) throws IOException, InterruptedException {
        Set<Path> libraries = new TreeSet<>();
        Matcher lines = LINE.matcher(Commands.outputOf("ldd", program));
        while (lines.find()) {
            libraries.add(Path.of(lines.group(1)));
        }
        return libraries;
    }
}
