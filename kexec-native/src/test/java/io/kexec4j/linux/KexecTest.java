package io.kexec4j.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KexecTest {
    private static final int SPARSE = 64 << 20;

    @TempDir
    Path root;

    private final RecordingSyscalls syscalls = new RecordingSyscalls();

    private Kexec kexec() {
        return new Kexec(call -> new Kexec.Kernel(LinuxAbi.X86_64, syscalls), root);
    }

    private static Segment segment(SegmentRole role, long start, long size, Content content) {
        return new Segment(role, PhysicalRange.ofSize(start, size), content, "test");
    }

    private static KexecImage image(Set<KexecFlag> flags, Segment... segments) {
        return new KexecImage(
                Architecture.X86_64, 4096, segments[0].range().start(), List.of(segments), flags, List.of());
    }

    private static Content direct(String text) {
        return Content.of(ByteBuffer.allocateDirect(text.length())
                .put(text.getBytes(US_ASCII))
                .flip());
    }

    @Test
    void encodesTheTableByteForByte() throws IOException {
        Content kernel = direct("KERNEL");
        Content heap = Content.of("params".getBytes(US_ASCII));
        kexec().load(image(
                Set.of(),
                segment(SegmentRole.PURGATORY, 0x1000, 0x1000, Content.EMPTY),
                segment(SegmentRole.BOOT_PARAMS, 0x8000, 0x2000, heap),
                segment(SegmentRole.KERNEL, 0xf_ffff_f000L, 0x10_0000, kernel)));

        assertThat(syscalls.loads).hasSize(1);
        RecordingSyscalls.Load load = syscalls.loads.get(0);
        assertThat(load.entry()).isEqualTo(0x1000);
        assertThat(load.count()).isEqualTo(3);
        assertThat(load.flags()).isEqualTo(0x3e0000);

        long heapCopy = load.segments().get(1).buf();
        ByteBuffer expected = ByteBuffer.allocate(96).order(ByteOrder.nativeOrder());
        expected.putLong(0).putLong(0).putLong(0x1000).putLong(0x1000);
        expected.putLong(heapCopy).putLong(6).putLong(0x8000).putLong(0x2000);
        expected.putLong(address(kernel)).putLong(6).putLong(0xf_ffff_f000L).putLong(0x10_0000);
        assertThat(load.table()).isEqualTo(expected.flip());
        assertThat(heapCopy).isNotZero();
        assertThat(load.segments().get(1).content()).isEqualTo("params");
        assertThat(load.segments().get(2).content()).isEqualTo("KERNEL");
    }

    @Test
    void writesFourIntsASegmentWith32Bits() throws IOException {
        Content content = direct("x");
        Segment high = segment(SegmentRole.KERNEL, 0xffff_e000L, 0x1000, Content.EMPTY);
        try (SegmentTable table = new SegmentTable(List.of(high), 4)) {
            assertThat(table.pointer().getIntArray(0, 4)).containsExactly(0, 0, 0xffff_e000, 0x1000);
        }
        Segment tooHigh = segment(SegmentRole.KERNEL, 0x1_0000_0000L, 0x1000, content);
        assertThatThrownBy(() -> new SegmentTable(List.of(tooHigh), 4).close()).hasMessageContaining("32 bits");
    }

    @Test
    void passesALargeMappedFileWithoutCopyingIt() throws IOException {
        Path file = root.resolve("initrd");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(SPARSE);
            sparse.seek(0x100_1000);
            sparse.write("middle".getBytes(US_ASCII));
        }
        Content whole = Content.ofFile(file);
        Content part = whole.slice(0x100_1000, 6);
        kexec().load(image(
                Set.of(),
                segment(SegmentRole.INITRD, 0x100_0000, SPARSE, whole),
                segment(SegmentRole.KERNEL, 0x1000_0000, 0x1000, part)));

        List<RecordingSyscalls.Seen> seen = syscalls.loads.get(0).segments();
        assertThat(seen.get(0).buf()).isEqualTo(address(whole));
        assertThat(seen.get(0).bufsz()).isEqualTo(SPARSE);
        assertThat(seen.get(1).buf()).isEqualTo(address(whole) + 0x100_1000);
        assertThat(seen.get(1).content()).isEqualTo("middle");
    }

    @Test
    void gathersSeveralSlicesIntoOneBuffer() throws IOException {
        // Two neighbouring mappings, as Content makes them of a file of 2 GiB; the part is what lies around
        // the seam.
        Path file = root.resolve("large");
        long seam = (1L << 31) - (1 << 16);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.seek(seam - 3);
            sparse.write("abcdef".getBytes(US_ASCII));
        }
        Content part = Content.ofFile(file).slice(seam - 3, 6);
        assertThat(part.slices()).hasSize(2);
        kexec().load(image(Set.of(), segment(SegmentRole.INITRD, 0x1000, 0x1000, part)));
        assertThat(syscalls.loads.get(0).segments().get(0).content()).isEqualTo("abcdef");
    }

    @Test
    void gathersWhatWasJoinedAndNothingElse() throws IOException {
        Content mapped = Content.ofFile(Files.write(root.resolve("file"), "MAPPED".getBytes(US_ASCII)));
        Content made = Content.of("-made-".getBytes(US_ASCII));
        Content joined = Content.concat(List.of(mapped, made, direct("direct").slice(1, 2)));
        kexec().load(image(
                Set.of(),
                segment(SegmentRole.KERNEL, 0x1000, 0x1000, mapped.slice(2, 3)),
                segment(SegmentRole.INITRD, 0x2000, 0x1000, joined)));
        List<RecordingSyscalls.Seen> seen = syscalls.loads.get(0).segments();
        assertThat(seen.get(0).buf()).isEqualTo(address(mapped) + 2);
        assertThat(seen.get(0).content()).isEqualTo("PPE");
        assertThat(seen.get(1).content()).isEqualTo("MAPPED-made-ir");
    }

    @Test
    void refusesAFileThatHasShrunkBeforeTheKernelIsCalled() throws IOException {
        Path file = root.resolve("kernel");
        Files.write(file, new byte[8192]);
        KexecImage image = image(Set.of(), segment(SegmentRole.KERNEL, 0x1000, 0x2000, Content.ofFile(file)));
        Files.write(file, new byte[100]);
        assertThatThrownBy(() -> kexec().load(image))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("8192");
        assertThat(syscalls.loads).isEmpty();
    }

    @Test
    void loadsACrashImageIntoItsSlot() throws IOException {
        KexecImage image =
                image(Set.of(KexecFlag.ON_CRASH), segment(SegmentRole.KERNEL, 0x1000, 0x1000, Content.EMPTY));
        assertThat(ImageSlot.of(image)).isEqualTo(ImageSlot.CRASH);
        kexec().load(image);
        assertThat(syscalls.loads.get(0).flags()).isEqualTo(0x3e0001);
    }

    @ParameterizedTest
    @CsvSource({"NORMAL, 0x3e0000", "CRASH, 0x3e0001"})
    void unloadsASlotWithNoSegments(ImageSlot slot, long flags) throws IOException {
        kexec().unload(slot);
        RecordingSyscalls.Load load = syscalls.loads.get(0);
        assertThat(load.entry()).isZero();
        assertThat(load.count()).isZero();
        assertThat(load.table().capacity()).isZero();
        assertThat(load.flags()).isEqualTo(flags);
    }

    @Test
    void writesBackBeforeItStartsTheImage() {
        syscalls.answer = 22;
        assertThatThrownBy(() -> kexec().execute())
                .isInstanceOfSatisfying(KexecRefusedException.class, e -> {
                    assertThat(e.call()).isEqualTo("reboot");
                    assertThat(e.errno()).isEqualTo(22);
                })
                .hasMessageStartingWith("starting the loaded image (reboot) was refused with EINVAL: no normal image");
        assertThat(syscalls.others).containsExactly("sync", "reboot 0x45584543");
    }

    @Test
    void writesBackAndStartsTheImageOneByOne() throws IOException {
        kexec().sync();
        assertThat(syscalls.others).containsExactly("sync");
        syscalls.answer = 22;
        assertThatThrownBy(() -> kexec().executeWithoutSync()).isInstanceOf(KexecRefusedException.class);
        assertThat(syscalls.others).containsExactly("sync", "reboot 0x45584543");
    }

    @Test
    void comesBackWhenTheKernelIsJumpedBackTo() throws IOException {
        kexec().execute();
        assertThat(syscalls.others).containsExactly("sync", "reboot 0x45584543");
    }

    @Test
    void saysWhatIsRefusedEvenIfTheNumberIsUnknown() {
        syscalls.answer = 77;
        assertThatThrownBy(() -> kexec().unload(ImageSlot.CRASH))
                .hasMessageContaining("unloading the crash image (kexec_load) was refused with error number 77");
    }

    @ParameterizedTest
    @CsvSource({"NORMAL, kexec_loaded", "NORMAL, kexec/loaded", "CRASH, kexec_crash_loaded", "CRASH, kexec/crash_loaded"
    })
    void asksSysfsUnderBothNames(ImageSlot slot, String name) throws IOException {
        Path file = root.resolve("sys/kernel").resolve(name);
        assertThatThrownBy(() -> kexec().isLoaded(slot)).hasMessageContaining("mount sysfs");
        Files.createDirectories(file.resolveSibling("."));
        Files.createDirectories(root.resolve("sys/kernel"));
        assertThat(kexec().isLoaded(slot)).isFalse();
        Files.writeString(file, "1\n");
        assertThat(kexec().isLoaded(slot)).isTrue();
        Files.writeString(file, "0\n");
        assertThat(kexec().isLoaded(slot)).isFalse();
        Files.writeString(file, "maybe\n");
        assertThatThrownBy(() -> kexec().isLoaded(slot)).isInstanceOf(MalformedInputException.class);
    }

    private static long address(Content content) {
        return Pointer.nativeValue(
                Native.getDirectBufferPointer(content.slices().get(0)));
    }
}
