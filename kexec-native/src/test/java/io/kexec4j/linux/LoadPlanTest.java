package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LoadPlanTest {
    private static final int EPERM = 1;
    private static final int ENOEXEC = 8;
    private static final int EBUSY = 16;
    private static final int EKEYREJECTED = 129;

    @TempDir
    Path root;

    private final RecordingSyscalls syscalls = new RecordingSyscalls();
    private final List<String> announced = new ArrayList<>();

    private Kexec kexec() {
        return new Kexec(call -> new Kexec.Kernel(LinuxAbi.X86_64, syscalls), root);
    }

    private static KexecImage image(KexecFlag... flags) {
        Segment segment =
                new Segment(SegmentRole.KERNEL, PhysicalRange.ofSize(0x1000, 0x1000), Content.of(new byte[1]), "test");
        return new KexecImage(Architecture.X86_64, 4096, 0x1000, List.of(segment), Set.of(flags), List.of());
    }

    private static KexecFiles files(KexecFileFlag... flags) {
        return new KexecFiles(
                Architecture.X86_64, Content.of(new byte[1]), Optional.empty(), "", Set.of(flags), List.of());
    }

    private static LoadPlan plan(LoadMode mode, LoadForm<KexecImage> image, LoadForm<KexecFiles> files) {
        return new LoadPlan(mode, ImageSlot.NORMAL, image, files);
    }

    private static LoadPlan both(LoadMode mode) {
        return plan(mode, LoadForm.of(image()), LoadForm.of(files()));
    }

    private LoadReport load(LoadPlan plan) throws IOException {
        return kexec().load(plan, choice -> {
            announced.add(choice.call().label());
            assertThat(syscalls.others).hasSize(announced.size() - 1); // before the call
        });
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO,            -,        kexec_load",
        "AUTO,            lockdown, kexec_file_load",
        "KEXEC_LOAD,      lockdown, kexec_load",
        "KEXEC_FILE_LOAD, -,        kexec_file_load"
    })
    void makesTheOneCallThatWasChosen(LoadMode mode, String facts, String call) throws IOException {
        new Machine(root).with(facts);
        LoadPlan plan = both(mode);
        assertThat(kexec().choose(plan).call().label()).isEqualTo(call);
        assertThat(syscalls.others).isEmpty();
        LoadReport report = load(plan);
        assertThat(report.choice()).isEqualTo(kexec().choose(plan));
        assertThat(report.call().label()).isEqualTo(call);
        assertThat(report.refusals()).isEmpty();
        assertThat(report.remarks()).isEmpty();
        assertThat(syscalls.others).containsExactly(call);
        assertThat(announced).containsExactly(call);
    }

    @Test
    void fallsBackOnFilesIfImagesAreForbidden() throws IOException {
        syscalls.answer = EPERM;
        LoadReport report = load(both(LoadMode.AUTO));
        assertThat(report.call()).isEqualTo(LoadCall.KEXEC_FILE_LOAD);
        assertThat(report.choice().reason()).isEqualTo("kernel lockdown forbids kexec_load");
        assertThat(report.refusals())
                .singleElement()
                .satisfies(first -> assertThat(first.call()).isEqualTo("kexec_load"));
        assertThat(syscalls.others).containsExactly("kexec_load", "kexec_file_load");
        assertThat(announced).containsExactly("kexec_load", "kexec_file_load");
    }

    @Test
    void fallsBackOnAnImageIfTheFormatIsUnknown() throws IOException {
        new Machine(root).with("kho");
        syscalls.fileAnswer = ENOEXEC;
        LoadReport report = load(both(LoadMode.AUTO));
        assertThat(report.call()).isEqualTo(LoadCall.KEXEC_LOAD);
        assertThat(report.choice().reason()).contains("does not know the format", "HandOver keeps is lost");
        assertThat(report.remarks()).containsExactly("what Kexec HandOver keeps is lost");
        assertThat(report.refusals()).hasSize(1);
        assertThat(syscalls.others).containsExactly("kexec_file_load", "kexec_load");
    }

    @Test
    void reportsTheRemarksOfTheSubmission() throws IOException {
        new Machine(root).file("proc/sys/kernel/osrelease", "6.1.0\n");
        LoadReport report = load(plan(
                LoadMode.KEXEC_FILE_LOAD, LoadForm.impossible("not needed"), LoadForm.of(files(KexecFileFlag.DEBUG))));
        assertThat(report.remarks()).singleElement().asString().contains("KEXEC_FILE_DEBUG");
    }

    @ParameterizedTest
    @EnumSource(names = {"KEXEC_LOAD", "KEXEC_FILE_LOAD"})
    void neverFallsBackIfTheCallerHasChosen(LoadMode mode) {
        syscalls.answer = EPERM;
        syscalls.fileAnswer = ENOEXEC;
        assertThatThrownBy(() -> load(both(mode))).isInstanceOf(KexecRefusedException.class);
        assertThat(syscalls.others).hasSize(1);
    }

    @Test
    void triesNothingAfterARefusalThatTheOtherCallWouldMeetToo() {
        syscalls.answer = EBUSY;
        assertThatThrownBy(() -> load(both(LoadMode.AUTO)))
                .isInstanceOf(KexecRefusedException.class)
                .hasMessageContaining("EBUSY")
                .hasNoSuppressedExceptions();
        assertThat(syscalls.others).containsExactly("kexec_load");
    }

    @Test
    void tellsBothRefusals() {
        syscalls.answer = EPERM;
        syscalls.fileAnswer = EKEYREJECTED;
        assertThatThrownBy(() -> load(both(LoadMode.AUTO)))
                .isInstanceOfSatisfying(KexecRefusedException.class, e -> {
                    assertThat(e.call()).isEqualTo("kexec_file_load");
                    assertThat(e.errno()).isEqualTo(EKEYREJECTED);
                    assertThat(e.getSuppressed()).hasSize(1);
                })
                .hasMessageMatching(
                        "(?s)loading a normal kernel .*EKEYREJECTED.*; before that, loading a normal image .*EPERM.*");
        assertThat(syscalls.others).containsExactly("kexec_load", "kexec_file_load");
    }

    @Test
    void takesTheOtherCallIfThereIsNoSuchImage() throws IOException {
        LoadReport report = load(plan(
                LoadMode.AUTO,
                LoadForm.madeBy(() -> {
                    throw new ProtocolLimitException("segments", 17, 16);
                }),
                LoadForm.of(files())));
        assertThat(report.call()).isEqualTo(LoadCall.KEXEC_FILE_LOAD);
        assertThat(report.choice().reason()).contains("segments", "17");
        assertThat(syscalls.others).containsExactly("kexec_file_load");
    }

    @Test
    void namesBothReasonsIfNeitherFormCanBeMade() {
        assertThatThrownBy(() -> load(plan(
                        LoadMode.AUTO,
                        LoadForm.madeBy(() -> {
                            throw new ProtocolLimitException("segments", 17, 16);
                        }),
                        LoadForm.madeBy(() -> {
                            throw new UnsupportedCombinationException("no --mem-min");
                        }))))
                .isInstanceOfSatisfying(
                        UnsupportedCombinationException.class,
                        e -> assertThat(e.getSuppressed()).hasSize(2))
                .hasMessageContaining("17")
                .hasMessageContaining("no --mem-min");
        assertThat(syscalls.others).isEmpty();
        assertThat(announced).isEmpty();
    }

    @Test
    void doesNotReplaceAFormThatTheCallerHasChosen() {
        assertThatThrownBy(() -> load(plan(
                        LoadMode.KEXEC_LOAD,
                        LoadForm.madeBy(() -> {
                            throw new ProtocolLimitException("segments", 17, 16);
                        }),
                        LoadForm.of(files()))))
                .isInstanceOf(ProtocolLimitException.class);
        assertThat(syscalls.others).isEmpty();
    }

    @Test
    void endsWithAMalformedFile() {
        assertThatThrownBy(() -> load(plan(
                        LoadMode.AUTO,
                        LoadForm.madeBy(() -> {
                            throw new MalformedInputException("kernel", 3, "must not");
                        }),
                        LoadForm.of(files()))))
                .isInstanceOf(MalformedInputException.class);
        assertThat(syscalls.others).isEmpty();
    }

    @Test
    void tellsARefusalAfterWhichTheOtherFormCannotBeMade() {
        new Machine(root).with("kho");
        syscalls.fileAnswer = ENOEXEC;
        assertThatThrownBy(() -> load(plan(
                        LoadMode.AUTO,
                        LoadForm.madeBy(() -> {
                            throw new ProtocolLimitException("segments", 17, 16);
                        }),
                        LoadForm.of(files()))))
                .isInstanceOf(KexecRefusedException.class)
                .hasMessageContaining("ENOEXEC")
                .hasMessageContaining("kexec_load cannot load it either: ")
                .hasMessageContaining("17");
        assertThat(syscalls.others).containsExactly("kexec_file_load");
    }

    @Test
    void aFileThatCannotBeReadAfterARefusalDoesNotHideTheRefusal() {
        new Machine(root).with("kho");
        syscalls.fileAnswer = ENOEXEC;
        assertThatThrownBy(() -> load(plan(
                        LoadMode.AUTO,
                        LoadForm.madeBy(() -> {
                            throw new IOException("the disk is broken");
                        }),
                        LoadForm.of(files()))))
                .hasMessage("the disk is broken")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .isInstanceOfSatisfying(
                                KexecRefusedException.class,
                                refused -> assertThat(refused.errno()).isEqualTo(ENOEXEC)));
    }

    @Test
    void makesOnlyWhatIsNeededAndOnlyOnce() throws IOException {
        int[] made = new int[2];
        LoadPlan plan = plan(
                LoadMode.AUTO,
                LoadForm.madeBy(() -> {
                    made[0]++;
                    return image();
                }),
                LoadForm.madeBy(() -> {
                    made[1]++;
                    return files();
                }));
        kexec().choose(plan);
        assertThat(made).containsExactly(0, 0);
        load(plan);
        assertThat(plan.image().get()).isSameAs(plan.image().get());
        assertThat(made).containsExactly(1, 0);
    }

    @Test
    void refusesAFormForTheOtherSlot() {
        assertThatThrownBy(
                        () -> load(plan(LoadMode.AUTO, LoadForm.of(image(KexecFlag.ON_CRASH)), LoadForm.of(files()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("crash");
        assertThatThrownBy(() -> load(plan(
                        LoadMode.KEXEC_FILE_LOAD, LoadForm.of(image()), LoadForm.of(files(KexecFileFlag.ON_CRASH)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("crash");
        assertThat(syscalls.others).isEmpty();
    }

    @Test
    void aFormThatIsImpossibleCannotBeHad() {
        LoadForm<KexecFiles> none = LoadForm.impossible("--mem-min");
        assertThat(none.obstacle()).contains("--mem-min");
        assertThatThrownBy(none::get).isInstanceOf(IllegalStateException.class).hasMessageContaining("--mem-min");
    }

    @ParameterizedTest
    @CsvSource({
        // errno of each call | facts | calls | refused by
        "0,  0,  -,        kexec_load,                 none",
        "38, 0,  -,        kexec_load kexec_file_load, none",
        "1,  0,  lockdown, kexec_load kexec_file_load, none",
        "1,  0,  lockdown unreserved, kexec_load kexec_file_load, none",
        "13, 0,  -,        kexec_load kexec_file_load, none",
        "1,  0,  user,     kexec_load,                 kexec_load",
        "1,  0,  disabled, kexec_load,                 kexec_load",
        "22, 0,  -,        kexec_load,                 kexec_load",
        "38, 38, -,        kexec_load kexec_file_load, kexec_load",
        "13, 16, -,        kexec_load kexec_file_load, kexec_file_load"
    })
    void unloadsByTheOtherCallWhereTheFirstIsNotToBeHad(
            int answer, int fileAnswer, String facts, String calls, String refused) throws IOException {
        new Machine(root).with(facts);
        syscalls.answer = answer;
        syscalls.fileAnswer = fileAnswer;
        if (refused.equals("none")) {
            kexec().unload(ImageSlot.CRASH);
        } else {
            assertThatThrownBy(() -> kexec().unload(ImageSlot.CRASH))
                    .isInstanceOfSatisfying(
                            KexecRefusedException.class,
                            e -> assertThat(e.call()).isEqualTo(refused));
        }
        assertThat(String.join(" ", syscalls.others)).isEqualTo(calls);
        if (!syscalls.fileLoads.isEmpty()) {
            assertThat(syscalls.fileLoads.get(0).flags()).isEqualTo(0x3);
            assertThat(syscalls.fileLoads.get(0).commandLine()).isEmpty();
        }
    }

    @Test
    void unloadsTheNormalSlotWithItsOwnFlags() throws IOException {
        syscalls.answer = 38;
        kexec().unload(ImageSlot.NORMAL);
        assertThat(syscalls.fileLoads.get(0).flags()).isEqualTo(0x1);
    }
}
