package io.kexec4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.boot.x86.X86Option;
import io.kexec4j.bytes.Content;
import io.kexec4j.crash.CpuSelection;
import io.kexec4j.crash.CrashOptions;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.kernel.BzImageBuilder;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What kexec_file_load is given for a crash. */
class CrashFilesTest {
    private static final PhysicalRange RAM = new PhysicalRange(0x10_0000, 0x2000_0000);
    private static final PhysicalRange RESERVED = new PhysicalRange(0x1000_0000, 0x1800_0000);

    private static KexecImageBuilder builder(Optional<CrashFacts> facts) throws IOException {
        Target.Builder target =
                Target.builder(Architecture.X86_64, new MemoryMap(List.of(new MemoryRegion(RAM, RegionType.RAM))));
        facts.ifPresent(target::crash);
        return KexecImageBuilder.forTarget(target.build())
                .kernel(KernelFile.parse(Content.of(new BzImageBuilder().bytes())));
    }

    private static CrashFacts.Builder facts() {
        return CrashFacts.builder(List.of(RAM), List.of(RESERVED));
    }

    @Test
    void theyAreForACrash() throws IOException {
        KexecFiles files = builder(Optional.empty())
                .commandLine("single")
                .crash(CrashOptions.DEFAULT)
                .buildFiles();
        assertThat(files.flags()).containsExactly(KexecFileFlag.ON_CRASH);
        assertThat(files.flagBits()).as("and KEXEC_FILE_NO_INITRAMFS").isEqualTo(0x6);
        assertThat(files.commandLine()).isEqualTo("single");
        assertThat(builder(Optional.empty()).buildFiles().flags()).isEmpty();
    }

    @Test
    void otherFlagsStay() throws IOException {
        KexecFiles files = builder(Optional.empty())
                .option(X86Option.REUSE_DEVICE_TREE)
                .crash(CrashOptions.DEFAULT)
                .buildFiles();
        assertThat(files.flags()).containsExactlyInAnyOrder(KexecFileFlag.ON_CRASH, KexecFileFlag.FORCE_DTB);
    }

    @Test
    void theRunningKernelWritesTheCoreHeader() {
        assertThatThrownBy(() -> builder(Optional.empty())
                        .crash(CrashOptions.DEFAULT.withCpus(CpuSelection.ONLINE))
                        .buildFiles())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessage("a core header of some CPUs only: kexec_file_load cannot do that");
        assertThatThrownBy(() -> builder(Optional.empty())
                        .crash(CrashOptions.DEFAULT.withElf32(true))
                        .buildFiles())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessage("a core header of 32 bits: kexec_file_load cannot do that");
    }

    @Test
    void itIsUpdatedWithoutAFlagWhereTheRunningKernelCan() throws IOException {
        CrashOptions wishes = CrashOptions.DEFAULT.withHotplug(true);
        for (Optional<CrashFacts> able : List.of(
                Optional.<CrashFacts>empty(),
                Optional.of(facts().elfcorehdrSize(917_616).build()))) {
            assertThat(builder(able).crash(wishes).buildFiles().flags())
                    .as("%s", able)
                    .containsExactly(KexecFileFlag.ON_CRASH);
        }
        KexecImageBuilder unable = builder(Optional.of(facts().build()));
        assertThatThrownBy(() -> unable.crash(wishes).buildFiles())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("crash_elfcorehdr_size");
        assertThat(unable.crash(CrashOptions.DEFAULT).buildFiles().flags()).containsExactly(KexecFileFlag.ON_CRASH);
    }
}
