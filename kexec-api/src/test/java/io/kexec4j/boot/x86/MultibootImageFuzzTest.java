package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Module;
import io.kexec4j.bytes.Content;
import io.kexec4j.elf.ElfClass;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.ElfLayout;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.error.KexecException;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.kernel.Multiboot2Header;
import io.kexec4j.kernel.MultibootImages;
import io.kexec4j.kernel.MultibootKernel;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.EfiFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Any kernel with a multiboot header on a PC: an image in which each byte lies where the header says, or a declared error. */
class MultibootImageFuzzTest {
    private static final int EM_386 = 3;
    private static final int HEADER = 0x200;
    private static final int SIZE = 0x800;
    private static final long LOAD = 0x20_0000;
    private static final int LAST_TAG = 11;

    @FuzzTest
    void anyHeader(FuzzedDataProvider data) throws IOException {
        byte[] header = data.consumeBoolean() ? header1(data) : header2(data);
        byte[] file = data.consumeBoolean() ? MultibootImages.file(SIZE, HEADER, header) : program(data, header);
        for (int count = data.consumeInt(0, 4); count > 0; count--) {
            file[data.consumeInt(0, file.length - 1)] = data.consumeByte();
        }
        Target target = machine(data);
        PhysicalRange window = data.consumeBoolean()
                ? PhysicalRange.ofSize(data.consumeInt(0, Integer.MAX_VALUE), data.consumeLong(1, 1L << 33))
                : new PhysicalRange(0, -1);
        List<Module> modules = modules(data);
        String commandLine = data.consumeAsciiString(100).replace('\0', '0');
        try {
            KernelFile kernel = KernelFile.parse(Content.of(file));
            KexecImageBuilder builder = KexecImageBuilder.forTarget(target)
                    .kernel(kernel)
                    .within(window)
                    .commandLine(commandLine)
                    .random(bytes -> Arrays.fill(bytes, (byte) 7));
            modules.forEach(builder::module);
            KexecImage image = builder.build();
            ImageRules.assertPlaces(image, target, window, !(kernel instanceof MultibootKernel));
            if (kernel instanceof MultibootKernel multiboot) {
                boolean movable = multiboot.header() instanceof Multiboot2Header second
                        && second.relocatable().isPresent();
                ProgramRules.assertLoaded(image, multiboot.segments(), movable);
                assertThat(image.segment(SegmentRole.BOOT_INFORMATION)).isPresent();
            }
        } catch (MalformedInputException | KexecException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static byte[] header1(FuzzedDataProvider data) {
        long flags =
                data.consumeBoolean() ? data.consumeInt() : (long) data.consumeInt(0, 1) << 16 | data.consumeInt(0, 7);
        long load = address(data, LOAD);
        return MultibootImages.header1(
                flags,
                address(data, load + HEADER),
                load,
                address(data, load + data.consumeInt(0, SIZE)),
                address(data, load + data.consumeInt(0, 2 * SIZE)),
                address(data, load + data.consumeInt(0, SIZE)),
                data.consumeInt(0, 2),
                data.consumeInt(),
                data.consumeInt(),
                data.consumeInt());
    }

    private static byte[] header2(FuzzedDataProvider data) {
        List<byte[]> tags = new ArrayList<>();
        for (int count = data.consumeInt(0, 6); count > 0; count--) {
            int type = data.consumeInt(1, LAST_TAG);
            int flags = data.consumeInt(0, 1);
            long load = address(data, LOAD);
            tags.add(
                    switch (type) {
                        case 1 -> MultibootImages.tag(1, flags, data.consumeInt(0, 25), data.consumeInt(0, 25));
                        case 2 ->
                            MultibootImages.tag(
                                    2,
                                    flags,
                                    address(data, load + HEADER),
                                    data.consumeBoolean() ? -1 : load,
                                    address(data, load + data.consumeInt(0, SIZE)),
                                    address(data, load + data.consumeInt(0, 2 * SIZE)));
                        case 3, 8, 9 ->
                            MultibootImages.tag(type, flags, address(data, load + data.consumeInt(0, SIZE)));
                        case 10 ->
                            MultibootImages.tag(
                                    10,
                                    flags,
                                    load,
                                    address(data, 0x3000_0000),
                                    data.consumeBoolean() ? data.consumeInt() : 1L << data.consumeInt(0, 31),
                                    data.consumeInt(0, 3));
                        default -> MultibootImages.tag(type, flags, words(data));
                    });
        }
        return MultibootImages.header2(tags.toArray(byte[][]::new));
    }

    private static long[] words(FuzzedDataProvider data) {
        long[] words = new long[data.consumeInt(0, 4)];
        Arrays.setAll(words, i -> data.consumeInt());
        return words;
    }

    /** Mostly the one that makes sense. */
    private static long address(FuzzedDataProvider data, long sensible) {
        return data.consumeInt(0, 20) == 20 ? data.consumeInt() & 0xffff_ffffL : sensible;
    }

    /** An ELF file with the header in its only or first part. */
    private static byte[] program(FuzzedDataProvider data, byte[] header) {
        boolean wide = data.consumeBoolean();
        ElfLayout.Builder builder = ElfLayout.builder(wide ? ElfClass.ELF64 : ElfClass.ELF32, ByteOrder.LITTLE_ENDIAN)
                .type(data.consumeInt(ElfHeader.ET_EXEC, ElfHeader.ET_DYN))
                .machine(wide ? ElfHeader.EM_X86_64 : EM_386)
                .entry(address(data, LOAD + data.consumeInt(0, SIZE)));
        long end = LOAD;
        for (int count = data.consumeInt(1, 4); count > 0; count--) {
            long start = address(data, end + data.consumeInt(0, 0x3000)) & 0xffff_ffffL;
            long memory =
                    data.consumeInt(0, 20) == 20 ? data.consumeInt() & 0xffff_ffffL : data.consumeInt(0x100, 0x5000);
            long size = Math.min(memory, data.consumeInt(0, SIZE - HEADER));
            builder.segment(new ProgramHeader(ProgramHeader.PT_LOAD, 7, HEADER, start, start, size, memory, 1));
            end = start + memory & 0xffff_ffffL;
        }
        ByteBuffer head = builder.build().head();
        byte[] file = MultibootImages.file(SIZE, HEADER, header);
        head.get(file, 0, head.remaining());
        return file;
    }

    private static Target machine(FuzzedDataProvider data) {
        Target.Builder target = Target.builder(
                Architecture.X86_64,
                (data.consumeBoolean() ? Machines.pcAbove4G(6 * Machines.GIB) : Machines.pc(Machines.GIB)).memoryMap());
        if (data.consumeBoolean()) {
            target.acpiRsdp(Math.max(1, data.consumeLong()));
        }
        if (data.consumeBoolean()) {
            target.efi(EfiFacts.builder()
                    .configTable(Math.max(1, data.consumeLong()))
                    .platformBits(data.consumeBoolean() ? 32 : 64)
                    .build());
        }
        return target.build();
    }

    private static List<Module> modules(FuzzedDataProvider data) {
        List<Module> modules = new ArrayList<>();
        for (int count = data.consumeInt(0, 5); count > 0; count--) {
            modules.add(new Module(
                    Content.zeroes(data.consumeLong(0, 1 << 20)),
                    data.consumeAsciiString(30).replace('\0', '0')));
        }
        return modules;
    }
}
