package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import org.junit.jupiter.api.Test;

/**
 * How long the command takes in a guest, beside kexec-tools. It is measured when it is asked for only:
 * {@code mvn verify -pl examples/boot-matrix -am -Dtest=StartTimes -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class StartTimes {
    private static final Path TINY = Path.of("app/quickstart/src/main/resources/io/kexec4j/examples/quickstart");

    @Test
    void ofOneLoad() throws Exception {
        Kernel kernel = Lab.kernel(X86_64, "6.12");
        KexecScenario scenario = new KexecScenario("start-times", kernel, kernel.file())
                .firstFile("app/kexec-cli/archive", Path.of("../kexec-cli/archive"))
                .firstFile(TINY.resolve("tiny-x86_64.bzImage").toString(), Lab.tinyKernel())
                .firstFile("app/start-times.sh", script())
                .load("sh /app/start-times.sh")
                .exec("poweroff -f");
        Optional<Path> tools = Commands.find("kexec");
        if (tools.isPresent()) {
            scenario.firstProgram("sbin/kexec", tools.get());
        }
        Console console = scenario.run();

        Map<String, List<Double>> times = new LinkedHashMap<>();
        for (MatchResult line : console.frame("load").all("^TIME (\\S+) (.+)$").toList()) {
            times.computeIfAbsent(line.group(2), what -> new ArrayList<>()).add(Double.valueOf(line.group(1)));
        }
        StringBuilder table = new StringBuilder("| In a guest | s |\n| --- | --- |\n");
        times.forEach((what, runs) -> table.append("| %s | %.2f |%n".formatted(what, median(runs))));
        System.out.println(table);
        console.get("^@load-status 0$");
        assertThat(times).containsKey("the same, with the class data archive");
    }

    private static Path script() {
        return Path.of("src/test/resources/io/kexec4j/examples/bootmatrix/start-times.sh");
    }

    private static double median(List<Double> runs) {
        return runs.stream().sorted().toList().get(runs.size() / 2);
    }
}
