package io.kexec4j.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.linux.RecordingSyscalls.FileLoad;
import io.kexec4j.linux.RecordingSyscalls.Opened;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileLoadTest {
    private static final int EINTR = 4;
    private static final int EFAULT = 14;
    private static final int EINVAL = 22;
    private static final int ENOSPC = 28;
    private static final int ALL_SEALS = 0xf;

    @TempDir
    Path root;

    private final RecordingSyscalls syscalls = new RecordingSyscalls();

    private Kexec kexec() {
        return new Kexec(call -> new Kexec.Kernel(LinuxAbi.X86_64, syscalls), root);
    }

    @AfterEach
    void everyFileIsClosed() {
        assertThat(syscalls.open).isEmpty();
        assertThat(syscalls.closed).doesNotHaveDuplicates();
    }

    private static KexecFiles files(Content kernel, Optional<Content> initrd, KexecFileFlag... flags) {
        return new KexecFiles(Architecture.X86_64, kernel, initrd, "quiet ü", Set.of(flags), List.of());
    }

    private static Content made(String text) {
        return Content.of(text.getBytes(UTF_8));
    }

    private static Content direct(byte[] bytes) {
        return Content.of(
                ByteBuffer.allocateDirect(bytes.length + 3).put(3, bytes).position(3));
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private Path file(String name, String text) throws IOException {
        return Files.write(root.resolve(name), text.getBytes(UTF_8));
    }

    private FileLoad only() {
        assertThat(syscalls.fileLoads).hasSize(1);
        assertThat(syscalls.loads).isEmpty();
        return syscalls.fileLoads.get(0);
    }

    @Test
    void opensFilesWhereTheyLie() throws IOException {
        Path kernel = file("vm linuz-%41-ü", "KERNEL");
        Path initrd = file("initrd", "INITRD");
        List<String> remarks = kexec().load(files(Content.ofFile(kernel), Optional.of(Content.ofFile(initrd))));
        FileLoad load = only();
        assertThat(load.kernel().orElseThrow().name).isEqualTo(kernel.toString());
        assertThat(load.initrd().orElseThrow().name).isEqualTo(initrd.toString());
        assertThat(load.commandLine()).isEqualTo("quiet ü\0");
        assertThat(load.flags()).isZero();
        assertThat(remarks).isEmpty();
        assertThat(syscalls.writes).isEmpty();
    }

    @Test
    void opensARelativePathAsThisJvmMeansIt() {
        assertThat(new String(OpenFile.bytesOf(Path.of("a b")), UTF_8))
                .isEqualTo(Path.of("a b").toAbsolutePath() + "\0");
    }

    /** kexec-tools reads and opens a file once; here it is mapped first, and opened by its name later. */
    @Test
    void aFileThatWasReplacedOrWrittenToIsNotLoaded() throws IOException {
        Path kernel = file("kernel", "KERNEL");
        Content mapped = Content.ofFile(kernel);
        kexec().load(files(mapped, Optional.empty()));
        Files.move(file("other", "kernel"), kernel, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> kexec().load(files(mapped, Optional.empty())))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("it has been replaced or written to");
        Content again = Content.ofFile(kernel);
        Files.setLastModifiedTime(kernel, FileTime.from(Instant.EPOCH));
        assertThatThrownBy(() -> kexec().load(files(again, Optional.empty())))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("it has been replaced or written to");
    }

    /** The name stands for the right file again when it is looked at, but not when it was opened. */
    @Test
    void whatWasOpenedIsLookedAtAndNotItsName() throws IOException {
        Content mapped = Content.ofFile(file("kernel", "KERNEL"));
        syscalls.places.put(3, file("other", "kernel"));
        assertThatThrownBy(() -> kexec().load(files(mapped, Optional.empty())))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("it has been replaced or written to");
    }

    @Test
    void linuxShowsWhatWasOpened() throws IOException {
        Path kernel = file("kernel", "KERNEL");
        JnaSyscalls real =
                new JnaSyscalls(LinuxAbi.byName(System.getProperty("os.arch")).orElseThrow());
        int number = real.open(OpenFile.bytesOf(kernel));
        Files.move(file("other", "kernel"), kernel, StandardCopyOption.REPLACE_EXISTING);
        try {
            assertThat(Files.readString(real.opened(number))).isEqualTo("KERNEL");
        } finally {
            real.close(number);
        }
    }

    /** As after a write that was followed by the old times. */
    @Test
    void timesThatWereSetBackDoNotHideAWrite() throws Exception {
        Path kernel = file("kernel", "KERNEL");
        FileTime old = Files.getLastModifiedTime(kernel);
        Content mapped = Content.ofFile(kernel);
        Thread.sleep(50);
        Files.writeString(kernel, "kernel");
        Files.setLastModifiedTime(kernel, old);
        assertThatThrownBy(() -> kexec().load(files(mapped, Optional.empty())))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("it has been replaced or written to");
    }

    @Test
    void putsOtherContentIntoSealedMemory() throws IOException {
        Content whole = Content.ofFile(file("uki", "....KERNEL...."));
        kexec().load(files(whole.slice(4, 6), Optional.of(made("INITRD")), KexecFileFlag.ON_CRASH));
        Opened kernel = only().kernel().orElseThrow();
        assertThat(kernel.name).isEqualTo("kexec-kernel");
        assertThat(kernel.written.toString(UTF_8)).isEqualTo("KERNEL");
        assertThat(kernel.seals).isEqualTo(ALL_SEALS);
        assertThat(kernel.flags).isEqualTo(0xb);
        Opened initrd = only().initrd().orElseThrow();
        assertThat(initrd.name).isEqualTo("kexec-initrd");
        assertThat(initrd.written.toString(UTF_8)).isEqualTo("INITRD");
        assertThat(initrd.seals).isEqualTo(ALL_SEALS);
        assertThat(only().flags()).isEqualTo(0x2);
    }

    @Test
    void putsFilesThatWereJoinedIntoMemory() throws IOException {
        Content one = Content.ofFile(file("one", "ONE"));
        Content joined = Content.concat(List.of(one, made("-two-"), one.slice(1, 2), direct("!".getBytes(UTF_8))));
        kexec().load(files(one, Optional.of(joined)));
        assertThat(only().initrd().orElseThrow().written.toString(UTF_8)).isEqualTo("ONE-two-NE!");
    }

    @Test
    void aSliceOfTheWholeFileIsTheFile() throws IOException {
        Path kernel = file("kernel", "KERNEL");
        kexec().load(files(Content.ofFile(kernel).slice(0, 6), Optional.empty()));
        assertThat(only().kernel().orElseThrow().name).isEqualTo(kernel.toString());
        assertThat(only().initrd()).isEmpty();
        assertThat(only().flags()).isEqualTo(0x4);
    }

    @Test
    void passesTheNulOfAnEmptyCommandLine() throws IOException {
        kexec().load(new KexecFiles(Architecture.X86_64, made("k"), Optional.empty(), "", Set.of(), List.of()));
        assertThat(only().commandLine()).isEqualTo("\0");
    }

    @Test
    void triesWithoutTheFlagThatKernelsBefore63DoNotKnow() throws IOException {
        syscalls.memoryFileFlags = OpenFile.MFD_CLOEXEC | OpenFile.MFD_ALLOW_SEALING;
        kexec().load(files(made("k"), Optional.empty()));
        assertThat(only().kernel().orElseThrow().flags).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void writesOnAfterShortWritesAndSignals(boolean direct) throws IOException {
        byte[] bytes = random(200_000);
        syscalls.writeAnswers.addAll(List.of(1L, (long) -EINTR, 2L, 65_533L, 10L, (long) -EINTR, (long) -EINTR, 7L));
        kexec().load(files(direct ? direct(bytes) : Content.of(bytes), Optional.empty()));
        assertThat(only().kernel().orElseThrow().written.toByteArray()).isEqualTo(bytes);
        assertThat(syscalls.writes).hasSizeGreaterThan(8);
    }

    @Test
    void writesMappedBytesFromWhereTheyAre() throws IOException {
        byte[] bytes = random(300_000);
        Content mapped = Content.ofFile(Files.write(root.resolve("big"), bytes)).slice(1, 299_999);
        kexec().load(files(mapped, Optional.empty()));
        assertThat(syscalls.writes).containsExactly(299_999L);
        assertThat(only().kernel().orElseThrow().written.toByteArray())
                .isEqualTo(Arrays.copyOfRange(bytes, 1, bytes.length));
    }

    @ParameterizedTest
    @CsvSource({"-28, ENOSPC", "-14, EFAULT", "0, nothing was written"})
    void endsWhenNothingCanBeWritten(long result, String expected) {
        syscalls.writeAnswers.addAll(List.of(3L, result));
        assertThatThrownBy(() -> kexec().load(files(made("kernel"), Optional.empty())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("kernel of 6 bytes")
                .hasMessageContaining(expected);
        assertThat(syscalls.fileLoads).isEmpty();
        assertThat(syscalls.closed).hasSize(1);
    }

    @Test
    void saysThatAFileHasShrunkWhileItWasWritten() throws IOException {
        Path path = file("uki", "....KERNEL....");
        Content part = Content.ofFile(path).slice(4, 6);
        syscalls.duringWrite = () -> shrink(path);
        syscalls.writeAnswers.add((long) -EFAULT);
        assertThatThrownBy(() -> kexec().load(files(part, Optional.of(made("initrd")))))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("14 bytes when it was mapped");
        assertThat(syscalls.closed).hasSize(1);
    }

    private static void shrink(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(2);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void closesTheKernelIfTheInitrdFails() throws IOException {
        Path kernel = file("kernel", "KERNEL");
        syscalls.memoryFileAnswer = ENOSPC;
        assertThatThrownBy(() -> kexec().load(files(Content.ofFile(kernel), Optional.of(made("initrd")))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("initrd (memfd_create): ENOSPC");
        assertThat(syscalls.closed).hasSize(1);
        assertThat(syscalls.fileLoads).isEmpty();
    }

    @Test
    void closesWhatCannotBeSealed() {
        syscalls.sealAnswer = EINVAL;
        assertThatThrownBy(() -> kexec().load(files(made("k"), Optional.empty())))
                .hasMessageContaining("sealed: EINVAL");
        assertThat(syscalls.closed).hasSize(1);
    }

    @Test
    void namesTheFileThatCannotBeOpened() throws IOException {
        Path kernel = file("kernel", "KERNEL");
        syscalls.openAnswer = 13;
        assertThatThrownBy(() -> kexec().load(files(Content.ofFile(kernel), Optional.empty())))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining(kernel.toString())
                .hasMessageContaining("EACCES");
    }

    @Test
    void refusesAFileThatHasGrownOrShrunk() throws IOException {
        Path path = file("kernel", "KERNEL");
        KexecFiles files = files(Content.ofFile(path), Optional.empty());
        Files.writeString(path, "KERNEL and more");
        assertThatThrownBy(() -> kexec().load(files))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("15");
        assertThat(syscalls.closed).hasSize(1);
        Files.writeString(path, "K");
        assertThatThrownBy(() -> kexec().load(files)).isInstanceOf(MalformedInputException.class);
        assertThat(syscalls.fileLoads).isEmpty();
    }

    @Test
    void closesBothAfterARefusal() {
        syscalls.fileAnswer = 8;
        assertThatThrownBy(() -> kexec().load(files(made("k"), Optional.of(made("i")))))
                .isInstanceOfSatisfying(KexecRefusedException.class, e -> {
                    assertThat(e.call()).isEqualTo("kexec_file_load");
                    assertThat(e.errno()).isEqualTo(8);
                })
                .hasMessageStartingWith("loading a normal kernel (kexec_file_load) was refused with ENOEXEC: ");
        assertThat(syscalls.closed).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "6.1.0-53-amd64, 0x4, true",
        "6.7,            0x4, true",
        "6.8.0,          0xc, false",
        "7.2.13,         0xc, false",
        "unknown,        0xc, false"
    })
    void leavesOutAWishForMoreLogThatAnOldKernelDoesNotKnow(String release, long flags, boolean said)
            throws IOException {
        Files.createDirectories(root.resolve("proc/sys/kernel"));
        Files.writeString(root.resolve("proc/sys/kernel/osrelease"), release + "\n");
        List<String> remarks = kexec().load(files(made("k"), Optional.empty(), KexecFileFlag.DEBUG));
        assertThat(only().flags()).isEqualTo(flags);
        if (said) {
            assertThat(remarks).singleElement().asString().contains("KEXEC_FILE_DEBUG is left out", "6.8");
        } else {
            assertThat(remarks).isEmpty();
        }
    }

    @Test
    void neverLeavesOutAFlagThatMatters() throws IOException {
        Files.createDirectories(root.resolve("proc/sys/kernel"));
        Files.writeString(root.resolve("proc/sys/kernel/osrelease"), "6.1.0\n");
        syscalls.fileAnswer = EINVAL;
        assertThatThrownBy(() -> kexec().load(files(made("k"), Optional.empty(), KexecFileFlag.NO_CMA)))
                .hasMessageContaining("Linux has the flag NO_CMA since 6.17, and this is 6.1; leave it out");
        assertThat(only().flags()).isEqualTo(0x14);
    }

    @Test
    void callsNothingWhereThereIsNoNumber() {
        Kexec kexec = new Kexec(call -> new Kexec.Kernel(LinuxAbi.I386, syscalls), root);
        assertThatThrownBy(() -> kexec.load(files(made("k"), Optional.empty())))
                .isInstanceOf(KexecRefusedException.class)
                .hasMessageContaining("ENOSYS: Linux has no kexec_file_load on i386");
        assertThat(syscalls.others).isEmpty();
    }
}
