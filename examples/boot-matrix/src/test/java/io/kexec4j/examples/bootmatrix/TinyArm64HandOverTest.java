package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.examples.bootmatrix.Arm64HandOver.Board;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.purgatory.Arm64Exit;
import io.kexec4j.purgatory.Arm64Purgatory;
import io.kexec4j.purgatory.Arm64PurgatorySettings;
import io.kexec4j.purgatory.LinkedPurgatory;
import io.kexec4j.purgatory.Sha256;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tiny kernel for arm64 reports what it finds, whoever starts it. */
class TinyArm64HandOverTest {
    private static final long PURGATORY = 0x4010_0000;
    private static final long KERNEL = 0x4460_0000;
    private static final long DEVICE_TREE = 0x4800_0008;
    private static final long INITRD = 0x4900_0000;
    private static final long NOWHERE = 0x3000_0000_0000L;
    private static final int UNALIGNED_SIZE = 100_001;

    private static byte[] random() {
        byte[] bytes = new byte[UNALIGNED_SIZE];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static ByteBuffer image() throws Exception {
        return ByteBuffer.wrap(Files.readAllBytes(Lab.tinyArm64Image()));
    }

    private static Console boot(String name, Board machine, ByteBuffer deviceTree, long x0) throws Exception {
        return boot(name, machine, deviceTree, x0, INITRD);
    }

    private static Console boot(String name, Board machine, ByteBuffer deviceTree, long x0, long initrd)
            throws Exception {
        LinkedPurgatory linked = Arm64Purgatory.instance()
                .link(
                        PURGATORY,
                        Arm64PurgatorySettings.builder(new Arm64Exit(KERNEL, x0))
                                .build());
        List<HandOver.Segment> segments = List.of(
                new HandOver.Segment(PURGATORY, linked.content()),
                new HandOver.Segment(KERNEL, image()),
                new HandOver.Segment(DEVICE_TREE, deviceTree),
                new HandOver.Segment(initrd, ByteBuffer.wrap(random())));
        return Arm64HandOver.boot("tiny-arm64-" + name, machine, segments, linked.entry());
    }

    private static EditableTree tree() {
        return tree(INITRD);
    }

    private static EditableTree tree(long initrd) {
        EditableTree tree = EditableTree.empty();
        tree.root().set("#address-cells", PropertyValue.ofCells(1)).set("#size-cells", PropertyValue.ofCells(1));
        tree.root().add("memory@50000000").set("device_type", PropertyValue.ofStrings("memory"));
        tree.root()
                .add("memory@40000000")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofCells(0x4000_0000, 0x800_0000, 0x4800_0000, 0x7ff_f000));
        tree.root().add("chose").set("bootargs", PropertyValue.ofStrings("of another node"));
        tree.root()
                .add("chosen")
                .set("bootargs", PropertyValue.ofStrings("a=\"b\\c\""))
                .set("empty", PropertyValue.EMPTY)
                .set("list", PropertyValue.ofStrings("a", "b"))
                .set("linux,initrd-start", PropertyValue.ofCells((int) initrd))
                .set("linux,initrd-end", PropertyValue.ofU64(initrd + UNALIGNED_SIZE))
                .set("stdout-path", PropertyValue.ofStrings("serial10:115200n8"))
                .add("bootargs");
        tree.root()
                .add("aliases")
                .set("serial1", PropertyValue.ofStrings("/nowhere"))
                .set("serial10", PropertyValue.ofStrings("/soc/uart@9000000"));
        tree.root()
                .add("soc")
                .add("uart@9000000")
                .set("compatible", PropertyValue.ofStrings("arm,pl011", "arm,primecell"))
                .set("reg", PropertyValue.ofCells((int) Arm64HandOver.UART, 0x1000));
        tree.root().add("psci").set("method", PropertyValue.ofStrings("hvc"));
        tree.reserve(new MemoryReservation(0x4000_0000, 0x1000));
        tree.reserve(new MemoryReservation(1L << 40, 1L << 32));
        return tree;
    }

    @Test
    void everythingThatTheTreeSaysIsReported() throws Exception {
        ByteBuffer blob = tree().write();
        Console console = boot("tree", Board.EL1, blob, DEVICE_TREE);
        assertThat(console.lines()).hasSize(2);
        assertThat(console.lines().get(0).text())
                .startsWith("{\"kernel\": \"kexec4j tiny\", \"version\": \"0.1.0\", \"architecture\": \"arm64\", "
                        + "\"load_address\": \"0x44600000\", \"end\": \"0x44708000\", \"registers\": "
                        + "{\"x0\": \"0x48000008\", \"x1\": \"0x0\", \"x2\": \"0x0\", \"x3\": \"0x0\"}, "
                        + "\"current_el\": 1, \"mmu\": false, \"data_cache\": false, ")
                .contains("\"daif\": \"0x3c0\"", "\"hcr_el2\": null")
                .contains("\"uart\": {\"address\": \"0x9000000\", \"is_stdout\": true}, \"psci\": \"hvc\"")
                .endsWith("\"device_tree\": {\"address\": \"0x48000008\", \"totalsize\": " + blob.limit()
                        + ", \"chosen\": {\"bootargs\": \"a=\\\"b\\\\c\\\"\", \"empty\": true, \"list\": \"0x61006200\", "
                        + "\"linux,initrd-start\": \"0x49000000\", \"linux,initrd-end\": \"0x00000000490186a1\", "
                        + "\"stdout-path\": \"serial10:115200n8\"}, \"memory\": ["
                        + "{\"node\": \"memory@50000000\", \"reg\": []}, {\"node\": \"memory@40000000\", \"reg\": ["
                        + "{\"start\": \"0x40000000\", \"size\": \"0x8000000\"}, "
                        + "{\"start\": \"0x48000000\", \"size\": \"0x7fff000\"}]}], \"reservations\": ["
                        + "{\"start\": \"0x40000000\", \"size\": \"0x1000\"}, "
                        + "{\"start\": \"0x10000000000\", \"size\": \"0x100000000\"}]}, "
                        + "\"initrd\": {\"address\": \"0x49000000\", \"size\": 100001, \"sha256\": \""
                        + Sha256.of(ByteBuffer.wrap(random())) + "\"}}");
        assertThat(console.lines().get(1).text()).isEqualTo("KEXEC4J-TINY-KERNEL-DONE");
    }

    /** A loader that takes the file's size for the kernel's, which is larger, loses what it puts behind the file. */
    @Test
    void anInitrdInMemoryOfTheKernelIsLost() throws Exception {
        long initrd = KERNEL + 0x1_0000;
        Console console = boot("initrd-in-bss", Board.EL1, tree(initrd).write(), DEVICE_TREE, initrd);
        assertThat(console.get("\"initrd\": \\{\"address\": \"0x44610000\", \"size\": 100001, \"sha256\": \"(.*)\"")
                        .group(1))
                .isEqualTo(Sha256.of(ByteBuffer.allocate(UNALIGNED_SIZE)).toString());
    }

    /** Wherever a tree breaks off or is damaged, the kernel comes to its end. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 40, 60, 100, 200, 300, 500, 700})
    void aTreeThatBreaksOffEndsThere(int kept) throws Exception {
        ByteBuffer blob = tree().write();
        for (int i = Math.min(kept, blob.limit()); i < blob.limit(); i++) {
            blob.put(i, (byte) 0xff);
        }
        Console console = boot("broken-tree-" + kept, Board.EL1, blob, DEVICE_TREE);
        console.get("\"registers\": \\{\"x0\": \"0x48000008\"");
        assertThat(console.text()).endsWith("}\nKEXEC4J-TINY-KERNEL-DONE");
    }

    @ParameterizedTest
    @CsvSource({"virt, 1", "'virt,virtualization=on', 2"})
    void aTreeThatCannotBeReadIsHeardOf(String board, int level) throws Exception {
        Console console = boot("no-tree-" + level, new Board(board, "max"), ByteBuffer.allocate(1), NOWHERE);
        assertThat(console.text())
                .startsWith("\nKEXEC4J-TINY-KERNEL-EXCEPTION at 0x446")
                .endsWith(", address 0x%x".formatted(NOWHERE));
    }

    /** QEMU's own loader for Linux is somebody else who reads the header, and who makes a tree. */
    @ParameterizedTest
    @CsvSource({"virt, 1, hvc", "'virt,virtualization=on', 2, smc"})
    void anotherLoaderStartsItToo(String board, int level, String psci) throws Exception {
        Path initrd = Path.of("target", "segments", "tiny-arm64-initrd");
        Files.createDirectories(initrd.getParent());
        Files.write(initrd, random());
        List<String> arguments =
                List.of("-kernel", Lab.tinyArm64Image().toString(), "-initrd", initrd.toString(), "-append", "by=qemu");
        try (Guest guest = Arm64HandOver.start("tiny-arm64-qemu-" + level, new Board(board, "max"), arguments)) {
            Console console = guest.awaitEnd(Duration.ofMinutes(1));
            assertThat(console.text())
                    .contains("\"current_el\": " + level, "\"is_stdout\": true}, \"psci\": \"" + psci + "\"")
                    .contains("\"bootargs\": \"by=qemu\"", "\"sha256\": \"" + Sha256.of(ByteBuffer.wrap(random())))
                    .endsWith("KEXEC4J-TINY-KERNEL-DONE");
        }
    }

    @Test
    void theElfFileHasTheSameInMemory() throws Exception {
        ElfFile elf = ElfFile.parse(ByteBuffer.wrap(Files.readAllBytes(Lab.tinyArm64Elf())));
        List<ProgramHeader> segments = elf.programHeaders();
        assertThat(segments).hasSize(2).allSatisfy(segment -> {
            assertThat(segment.type()).isEqualTo(ProgramHeader.PT_LOAD);
            assertThat(segment.physicalAddress()).isEqualTo(segment.virtualAddress());
        });
        long base = segments.get(0).virtualAddress();
        assertThat(base).isEqualTo(elf.header().entry()).isEqualTo(0xffff_8000_8000_0000L);
        ByteBuffer memory = ByteBuffer.allocate(image().limit());
        for (ProgramHeader segment : segments) {
            memory.position((int) (segment.virtualAddress() - base)).put(elf.content(segment));
        }
        assertThat(memory.flip()).isEqualTo(image());
    }
}
