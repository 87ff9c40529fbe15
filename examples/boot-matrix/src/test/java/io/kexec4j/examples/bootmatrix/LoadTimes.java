package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.ARM64;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import org.junit.jupiter.api.Test;

/**
 * How long Linux takes for kexec_load on arm64, by where the image lies: system time of the command, and how many pages the kernel
 * has handed out meanwhile, which does not depend on how busy the machine is. Ten boots for each place, or as many as {@code
 * -Dkexec4j.boots} says, measured when it is asked for only:
 * {@code mvn verify -pl examples/boot-matrix -am -Dtest=LoadTimes -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class LoadTimes {
    private static final int BOOTS = Integer.getInteger("kexec4j.boots", 10);

    /** The lowest free memory of such a guest that is large enough, and as much of it as the image takes. */
    private static final String LOWEST = " --mem-min=0x41e00000 --mem-max=0x441fffff";

    private static final String LOAD = "pages() { awk '/^pgalloc/ { n += $2 } END { print n }' /proc/vmstat; }; "
            + "before=$(pages); "
            + "time -f 'SYSTEM %S' "
            + KexecScenario.KEXEC
            + "-c -l /k2 --initrd=/rd2 --append=\"$CMD2\""
            + "{}; echo PAGES $(($(pages) - before))";

    @Test
    void byPlacement() throws Exception {
        String table = "| kexec_load, arm64 6.12, 1 GiB | system time, s | pages handed out |\n| --- | --- | --- |\n"
                + row("as high as possible", "")
                + row("just above the running kernel", LOWEST);
        System.out.println(table);
    }

    private static String row(String what, String window) throws Exception {
        List<Double> times = new ArrayList<>();
        List<Double> pages = new ArrayList<>();
        Kernel kernel = Lab.kernel(ARM64, "6.12");
        for (int i = 0; i < BOOTS; i++) {
            Console console = new KexecScenario("load-times", kernel, kernel.file())
                    .load(LOAD.replace("{}", window))
                    .exec("poweroff -f")
                    .run();
            Boots.assertLoaded(console);
            MatchResult time = console.frame("load").get("^SYSTEM (.*)$");
            times.add(Double.valueOf(time.group(1)));
            pages.add(Double.valueOf(console.frame("load").get("^PAGES (.*)$").group(1)));
        }
        assertThat(pages).allMatch(count -> count > 0);
        return "| %s | %s | %s |%n".formatted(what, spread(times, "%.2f"), spread(pages, "%.0f"));
    }

    private static String spread(List<Double> values, String format) {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%s to %s, median %s".replace("%s", format),
                sorted.get(0),
                sorted.get(sorted.size() - 1),
                sorted.get(sorted.size() / 2));
    }
}
