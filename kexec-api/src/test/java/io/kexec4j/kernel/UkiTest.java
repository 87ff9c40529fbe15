package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UkiTest {
    private static final int MUTATIONS = 20_000;
    private static final byte[] KERNEL =
            new BzImageBuilder().versionString("6.12").bytes();

    private static UkiImages uki() {
        return new UkiImages().section(".text", new byte[600]).section(".linux", KERNEL);
    }

    private static Uki parse(UkiImages image) throws IOException {
        return (Uki) KernelFile.parse(image.content());
    }

    private static MalformedInputException refusal(byte[] bytes) {
        MalformedInputException refusal = catchThrowableOfType(
                MalformedInputException.class, () -> Uki.parse(Content.of(bytes), Decompression.DEFAULT));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private static Content text(String text) {
        return Content.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void hasWhatAKernelIsGiven() throws IOException {
        Uki image = parse(uki().section(".osrel", "ID=debian\n")
                .section(".cmdline", "root=/dev/sda quiet")
                .section(".initrd", "initrd")
                .section(".ucode", "microcode")
                .section(".uname", "6.12.1\n")
                .section(".dtb", "tree 1")
                .section(".dtb", "tree 2")
                .section(".sbat", "sbat,1")
                .section(".splash", "BM"));
        assertThat(image.machine()).isEqualTo(0x8664);
        assertThat(image.profiles()).hasSize(1);
        UkiProfile profile = image.profile(0);
        assertThat(profile.number()).isZero();
        assertThat(((BzImage) profile.kernel()).versionString()).contains("6.12");
        assertThat(profile.section(".linux")).contains(Content.of(KERNEL));
        assertThat(profile.initrds()).containsExactly(text("microcode"), text("initrd"));
        assertThat(profile.commandLine()).contains("root=/dev/sda quiet");
        assertThat(profile.uname()).contains("6.12.1");
        assertThat(profile.osRelease()).contains("ID=debian\n");
        assertThat(profile.deviceTrees()).containsExactly(text("tree 1"), text("tree 2"));
        assertThat(profile.section(".sbat")).contains(text("sbat,1"));
        assertThat(profile.section(".splash")).contains(text("BM"));
        assertThat(profile.description()).isEmpty();
        assertThat(profile.id()).isEmpty();
        assertThat(image).hasToString("UKI with bzImage 6.12, 8192 bytes");
        assertThatThrownBy(() -> image.profile(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void needsNothingButAKernel() throws IOException {
        UkiProfile profile = parse(uki()).profile(0);
        assertThat(profile.initrds()).isEmpty();
        assertThat(profile.commandLine()).isEmpty();
        assertThat(profile.deviceTrees()).isEmpty();
        assertThat(profile.uname()).isEmpty();
        assertThat(profile.section(".initrd")).isEmpty();
    }

    /** UAPI.5 has trees that are used as they are, and others of which the stub chooses one. */
    @Test
    void deviceTreesToChooseFromAreDeviceTrees() throws IOException {
        UkiProfile profile = parse(
                        uki().section(".dtbauto", "a").section(".dtb", "1").section(".dtbauto", "b"))
                .profile(0);
        assertThat(profile.deviceTrees()).containsExactly(text("1"), text("a"), text("b"));
        assertThat(profile.sections(".dtbauto")).containsExactly(text("a"), text("b"));
        assertThat(profile.sections(".dtx")).isEmpty();
    }

    @Test
    void theOrderOfSectionsDoesNotMatterInTheBase() throws IOException {
        Uki image = parse(new UkiImages()
                .section(".cmdline", "a")
                .section(".linux", KERNEL)
                .section(".ucode", "u"));
        assertThat(image.profile(0).initrds()).containsExactly(text("u"));
        assertThat(image.profile(0).commandLine()).contains("a");
    }

    /** systemd-stub: control characters become spaces, and none are left at the end. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "quiet|quiet",
                "quiet~|quiet",
                "quiet~~0|quiet",
                "quiet0ignored|quiet",
                "a~b|a b",
                "  a b  |  a b",
                "~|\"\"",
                "ö|ö"
            },
            ignoreLeadingAndTrailingWhitespace = false)
    void theCommandLineIsThatOfTheStub(String section, String expected) throws IOException {
        String raw = section.replace('~', '\n').replace('0', '\0');
        UkiProfile profile = parse(uki().section(".cmdline", raw)).profile(0);
        assertThat(profile.commandLine()).contains(expected);
    }

    @Test
    void textsThatAreNoneAreRefusedWhenTheyAreAskedFor() throws IOException {
        UkiProfile profile = parse(uki().section(".cmdline", new byte[] {'a', (byte) 0xff})
                        .section(".uname", new byte[(1 << 20) + 1]))
                .profile(0);
        assertThatThrownBy(profile::commandLine)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("section .cmdline must be UTF-8");
        assertThatThrownBy(profile::uname)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("must have at most 1048576 bytes");
    }

    /** The example of UAPI.5. */
    @Test
    void profilesReplaceSectionsOfTheBase() throws IOException {
        byte[] other = new BzImageBuilder().versionString("6.13").bytes();
        Uki image = parse(uki().section(".cmdline", "quiet")
                .section(".initrd", "base")
                .section(".profile", "ID=regular\nTITLE=\"Regular boot\"\n")
                .section(".profile", "ID=factory-reset\nTITLE='Reset'\n")
                .section(".cmdline", "quiet reset")
                .section(".dtb", "1")
                .section(".dtb", "2")
                .section(".profile", "TITLE=Storage")
                .section(".linux", other)
                .section(".ucode", "u"));
        assertThat(image.profiles()).extracting(UkiProfile::number).containsExactly(0, 1, 2);
        List<String> lines = new ArrayList<>();
        for (UkiProfile profile : image.profiles()) {
            lines.add("%s, %s: %s, %d initrds, %d trees, %s"
                    .formatted(
                            profile.id().orElse("-"),
                            profile.title().orElse("-"),
                            profile.commandLine().orElse("-"),
                            profile.initrds().size(),
                            profile.deviceTrees().size(),
                            ((BzImage) profile.kernel()).versionString().orElse("-")));
        }
        assertThat(lines)
                .containsExactly(
                        "regular, Regular boot: quiet, 1 initrds, 0 trees, 6.12",
                        "factory-reset, Reset: quiet reset, 1 initrds, 2 trees, 6.12",
                        "-, Storage: quiet, 2 initrds, 0 trees, 6.13");
        assertThat(image.profile(0).kernel()).isSameAs(image.profile(1).kernel());
        assertThat(image).hasToString("UKI with 3 profiles, the first with bzImage 6.12, 8192 bytes");
        assertThat(image.profile(1)).hasToString("profile 1 with bzImage 6.12, 8192 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {".linux", ".osrel", ".cmdline", ".initrd", ".ucode", ".splash", ".uname", ".sbat", ".pcrsig"})
    void aProfileHasASectionOnce(String name) {
        byte[] twice = uki().section(".profile", "a")
                .section(name, KERNEL)
                .section(name, KERNEL)
                .bytes();
        assertThat(refusal(twice)).hasMessageContaining("one section " + name + " at most, but there is another at");
        assertThat(refusal(twice).offset()).isEqualTo(UkiImages.TABLE + 4 * 40);
    }

    @Test
    void everyProfileNeedsAKernel() throws IOException {
        byte[] none = new UkiImages().section(".cmdline", "a").bytes();
        assertThat(refusal(none)).hasMessageContaining("there must be a section .linux, but profile 0 has none");
        UkiImages second = new UkiImages()
                .section(".profile", "a")
                .section(".linux", KERNEL)
                .section(".profile", "b");
        assertThat(refusal(second.bytes())).hasMessageContaining("but profile 1 has none");
        UkiImages many = uki();
        for (int i = 0; i < 257; i++) {
            many.section(".profile", "a");
        }
        assertThat(refusal(many.bytes())).hasMessageContaining("at most 256 profiles");
        assertThat(refusal(new UkiImages().section(".linux", KERNEL, 0).bytes()))
                .as("a section that takes no memory")
                .hasMessageContaining("profile 0 has none");
    }

    @Test
    void theKernelIsAnyButAUki() throws IOException {
        byte[] elf = ElfImages.x8664().load(0, 0x100000, new byte[16], 16).bytes();
        Uki vmlinux = parse(new UkiImages().section(".linux", Streams.compress(Compression.XZ, elf)));
        assertThat(vmlinux.profile(0).kernel()).isInstanceOf(ElfKernel.class);
        assertThat(refusal(new UkiImages().section(".linux", uki().bytes()).bytes()))
                .hasMessageStartingWith("inside section .linux of a UKI: kernel: ")
                .hasMessageContaining("must not be a UKI itself");
        assertThat(refusal(new UkiImages().section(".linux", "#!/bin/sh").bytes()))
                .hasMessageContaining("this is a script that begins with");
        byte[] broken = new BzImageBuilder().set("boot_flag", 0).bytes();
        assertThat(refusal(new UkiImages().section(".linux", broken).bytes()))
                .hasMessageStartingWith("inside section .linux of a UKI: bzImage: boot_flag")
                .extracting(MalformedInputException::offset)
                .isEqualTo(0x1feL);
    }

    /** The file is padded for the firmware; kexec-tools takes the padding for content, and VirtualSize for what the file has. */
    @Test
    void aSectionHasTheSmallerOfBothSizes() throws IOException {
        UkiImages image = uki().section(".initrd", new byte[513], 511).section(".ucode", new byte[512], 0xffffffffL);
        UkiProfile profile = parse(image).profile(0);
        assertThat(profile.initrds()).extracting(Content::size).containsExactly(512L, 511L);
        assertThat(profile.section(".linux")).contains(Content.of(KERNEL));
    }

    /** kexec-tools reads at 0x3c of any file, and where that points. */
    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = uki().section(".cmdline", new byte[512]).bytes();
        for (int length = 0; length < whole.length; length++) {
            assertThat(refusal(Arrays.copyOf(whole, length)))
                    .as("%d bytes", length)
                    .isNotNull();
        }
    }

    @Test
    void headersThatCannotBeAreNamed() {
        byte[] whole = uki().bytes();
        assertPatched(whole, 0, 0, "must begin with \"MZ\"", 0);
        assertPatched(whole, 0x3c, -1, "e_lfanew must leave 24 bytes", 0x3c);
        assertPatched(whole, 0x3c, whole.length - 23, "e_lfanew must leave 24 bytes", 0x3c);
        assertPatched(whole, 0x80, 0, "\"PE\" and two NULs", 0x80);
        assertPatched(whole, 0x86, 0x400, "1024 section headers must lie within", 0x86);
        assertPatched(whole, 0x86, 0x401, "at most 1024 sections, but there are 1025", 0x86);
        assertPatched(whole, 0x94, 0xffff, "section headers must lie within", 0x86);
        int linux = UkiImages.TABLE + 40;
        assertPatched(whole, linux + 20, -1, "section \".linux\" must lie within the file", linux + 16);
        assertPatched(whole, linux + 20, whole.length - KERNEL.length + 1, "section \".linux\"", linux + 16);
    }

    private static void assertPatched(byte[] whole, int at, int value, String words, long offset) {
        byte[] patched = whole.clone();
        ByteBuffer.wrap(patched).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        assertThat(refusal(patched)).hasMessageContaining(words);
        assertThat(refusal(patched).offset()).isEqualTo(offset);
    }

    /** kexec-tools compares names of eight characters with strcmp, which reads on. */
    @Test
    void namesOfEightCharactersHaveNoEnd() throws IOException {
        Uki image = parse(uki().section(".pcrpkey", "key").section(".linux12", "no kernel"));
        assertThat(image.profile(0).section(".pcrpkey")).contains(text("key"));
        assertThat(image.profile(0).section(".linux12")).contains(text("no kernel"));
        assertThat(image.profile(0).kernel()).isInstanceOf(BzImage.class);
    }

    @Test
    void changesAreSurvived() throws IOException {
        byte[] whole = uki().section(".cmdline", "quiet")
                .section(".profile", "ID=a")
                .section(".initrd", "i")
                .bytes();
        int accepted = 0;
        for (int seed = 0; seed < MUTATIONS; seed++) {
            Random random = new Random(seed);
            byte[] changed = whole.clone();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                int offset =
                        random.nextInt(3) == 0 ? 0x80 + random.nextInt(0x18) : random.nextInt(UkiImages.TABLE + 200);
                changed[offset] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(2) - 1);
            }
            try {
                Uki image = Uki.parse(Content.of(changed), Decompression.DEFAULT);
                for (UkiProfile profile : image.profiles()) {
                    profile.commandLine();
                    assertThat(profile.initrds()).hasSizeLessThan(3);
                }
                accepted++;
            } catch (MalformedInputException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        assertThat(accepted).isBetween(1, MUTATIONS - 1);
    }

    /** Against binutils, which put sections into an EFI program as the manual of systemd-stub shows. */
    @Test
    void objcopyMakesTheSame(@TempDir Path directory) throws Exception {
        assumeTrue(Tools.isPresent("objcopy"), "there is no objcopy: apt-get install binutils");
        Path linux = Files.write(directory.resolve("linux"), KERNEL);
        Path cmdline = Files.writeString(directory.resolve("cmdline"), "quiet\n");
        Path initrd = Files.write(directory.resolve("initrd"), Streams.sample(100_000, 1));
        Path source = Files.writeString(directory.resolve("stub.s"), ".globl _start\n_start: ret\n");
        Tools.run("as", "--64", "-o", directory.resolve("stub.o"), source);
        Path elf = directory.resolve("stub.elf");
        Tools.run("ld", "-m", "elf_x86_64", "-o", elf, directory.resolve("stub.o"));
        Path stub = directory.resolve("stub.efi");
        Tools.run("objcopy", "-O", "pei-x86-64", elf, stub);
        List<Object> command = new ArrayList<>(List.of("objcopy"));
        int address = 0x2000000;
        for (Path section : List.of(linux, cmdline, initrd)) {
            String name = "." + section.getFileName();
            command.addAll(List.of("--add-section", name + "=" + section));
            command.addAll(List.of("--change-section-vma", name + "=" + address));
            address += 0x1000000;
        }
        Path efi = directory.resolve("uki.efi");
        command.addAll(List.of(stub, efi));
        Tools.run(command.toArray());
        Uki image = (Uki) KernelFile.parse(Content.ofFile(efi));
        assertThat(image.machine()).isEqualTo(0x8664);
        assertThat(image.profile(0).commandLine()).contains("quiet");
        assertThat(image.profile(0).section(".linux")).contains(Content.of(KERNEL));
        assertThat(image.profile(0).initrds()).containsExactly(Content.ofFile(initrd));
    }
}
