package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.linux.LoadChoice.Obstacles;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LoadChoiceTest {
    @TempDir
    Path root;

    private static Optional<String> why(String text) {
        return text.equals("-") ? Optional.empty() : Optional.of(text);
    }

    private LoadChoice choose(LoadMode mode, ImageSlot slot, String image, String files, LinuxAbi abi, String facts) {
        KernelState state = new Machine(root).with(facts).state();
        return LoadChoice.of(mode, slot, new Obstacles(why(image), why(files)), abi, state);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // facts             | slot   | image    | files     | call            | reason
                "-                   | NORMAL | -        | -         | KEXEC_LOAD      | nothing forbids it",
                "unlocked insecureboot | NORMAL | -      | -         | KEXEC_LOAD      | nothing forbids it",
                "lockdown            | NORMAL | -        | -         | KEXEC_FILE_LOAD | lockdown (integrity) forbids kexec_load",
                "confidential        | NORMAL | -        | -         | KEXEC_FILE_LOAD | lockdown (confidentiality)",
                "lockdown            | CRASH  | -        | -         | KEXEC_FILE_LOAD | lockdown (integrity)",
                "secureboot          | NORMAL | -        | -         | KEXEC_FILE_LOAD | Secure Boot demands a signature",
                "secureboot unsigned | NORMAL | -        | -         | KEXEC_LOAD      | nothing forbids it",
                "ima                 | NORMAL | -        | -         | KEXEC_FILE_LOAD | IMA appraisal demands a signature",
                "kho                 | NORMAL | -        | -         | KEXEC_FILE_LOAD | HandOver is on",
                "kho                 | CRASH  | -        | -         | KEXEC_LOAD      | nothing forbids it",
                "-                   | NORMAL | too many | -         | KEXEC_FILE_LOAD | too many",
                "-                   | NORMAL | -        | --mem-min | KEXEC_LOAD      | --mem-min",
                "kho                 | NORMAL | -        | --mem-min | KEXEC_LOAD      | --mem-min; what Kexec HandOver keeps is lost",
                "kho                 | CRASH  | -        | --mem-min | KEXEC_LOAD      | --mem-min",
                "kho image           | NORMAL | -        | -         | KEXEC_LOAD      | built without kexec_file_load; what Kexec HandOver keeps is lost",
                "image               | NORMAL | -        | -         | KEXEC_LOAD      | built without kexec_file_load",
                "files               | NORMAL | -        | -         | KEXEC_FILE_LOAD | built without kexec_load",
                "disabled            | NORMAL | -        | -         | KEXEC_LOAD      | nothing forbids it",
                "limit user          | NORMAL | -        | -         | KEXEC_LOAD      | nothing forbids it",
                "lockdown disabled   | NORMAL | -        | -         | KEXEC_FILE_LOAD | lockdown",
            })
    void choosesByItself(String facts, ImageSlot slot, String image, String files, LoadCall call, String reason) {
        LoadChoice choice = choose(LoadMode.AUTO, slot, image, files, LinuxAbi.X86_64, facts);
        assertThat(choice.call()).isEqualTo(call);
        assertThat(choice.reason()).contains(reason);
        assertThat(choice.reason().contains("is lost")).isEqualTo(reason.contains("is lost"));
        assertThat(choice.describe()).startsWith("using " + call.label() + ": ").endsWith(choice.reason());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-             | X86_64 | too many segments | --mem-min | too many segments; | --mem-min",
                "lockdown      | X86_64 | -                 | --mem-min | lockdown (integrity) forbids kexec_load | --mem-min",
                "secureboot    | X86_64 | -                 | --mem-min | Secure Boot | --mem-min",
                "ima           | X86_64 | -                 | --mem-min | IMA | --mem-min",
                "ima image     | X86_64 | -                 | -         | IMA | built without kexec_file_load",
                "files         | X86_64 | -                 | --mem-min | built without kexec_load | --mem-min",
                "neither       | X86_64 | -                 | -         | built without kexec_load | built without kexec_file_load",
                "-             | I386   | too many segments | -         | too many segments | Linux has no kexec_file_load on i386",
                "lockdown      | ARM    | -                 | -         | lockdown | Linux has no kexec_file_load on arm",
            })
    void namesBothReasonsIfThereIsNoWay(
            String facts, LinuxAbi abi, String image, String files, String one, String other) {
        assertThatThrownBy(() -> choose(LoadMode.AUTO, ImageSlot.NORMAL, image, files, abi, facts))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("not kexec_load, because ")
                .hasMessageContaining(one)
                .hasMessageContaining("not kexec_file_load, because ")
                .hasMessageContaining(other)
                .message()
                .matches(message -> message.endsWith("to have it tried nevertheless") == image.equals("-"));
    }

    @Test
    void namesOneReasonIfItIsThatOfBoth() {
        assertThatThrownBy(
                        () -> choose(LoadMode.AUTO, ImageSlot.CRASH, "no updates", "no updates", LinuxAbi.X86_64, "-"))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessage("no updates");
    }

    @ParameterizedTest
    @EnumSource(names = {"KEXEC_LOAD", "KEXEC_FILE_LOAD"})
    void doesWhatItIsToldWhateverTheKernelWillSay(LoadMode mode) {
        LoadChoice choice = choose(mode, ImageSlot.NORMAL, "-", "-", LinuxAbi.I386, "lockdown secureboot ima neither");
        assertThat(choice.call().name()).isEqualTo(mode.name());
        assertThat(choice.reason()).isEqualTo("it was asked for");
    }

    @Test
    void saysWhatIsLostEvenIfItIsTold() {
        assertThat(choose(LoadMode.KEXEC_LOAD, ImageSlot.NORMAL, "-", "-", LinuxAbi.X86_64, "kho")
                        .reason())
                .isEqualTo("it was asked for; what Kexec HandOver keeps is lost");
    }

    @Test
    void neverIgnoresWhatACallCannotDo() {
        assertThatThrownBy(() -> choose(LoadMode.KEXEC_LOAD, ImageSlot.NORMAL, "no room", "-", LinuxAbi.X86_64, "-"))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessage("kexec_load was asked for, but it cannot load this: no room");
        assertThatThrownBy(() ->
                        choose(LoadMode.KEXEC_FILE_LOAD, ImageSlot.NORMAL, "-", "--entry", LinuxAbi.X86_64, "lockdown"))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessage("kexec_file_load was asked for, but it cannot load this: --entry");
        assertThat(choose(LoadMode.KEXEC_LOAD, ImageSlot.NORMAL, "-", "--entry", LinuxAbi.X86_64, "-")
                        .call())
                .isEqualTo(LoadCall.KEXEC_LOAD);
    }
}
