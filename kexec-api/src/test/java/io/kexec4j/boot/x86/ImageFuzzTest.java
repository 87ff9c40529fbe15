package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.KexecException;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.Architecture;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.kernel.BzImageBuilder;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.EfiFacts;
import io.kexec4j.target.EfiRuntimeRegion;
import io.kexec4j.target.FramebufferFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Any header of a kernel on any machine: an image that keeps all rules, or a declared error. */
class ImageFuzzTest {
    private static final List<RegionType> TYPES = List.of(
            RegionType.RAM,
            RegionType.RAM,
            RegionType.RESERVED,
            RegionType.ACPI_TABLES,
            RegionType.DRIVER_MANAGED,
            RegionType.ofE820(0x1234));

    @FuzzTest
    void anyKernelOnAnyMachine(FuzzedDataProvider data) throws IOException {
        BzImageBuilder file = header(data);
        Optional<Target> machine = machine(data);
        Optional<Content> initrd =
                data.consumeBoolean() ? Optional.of(Content.zeroes(data.consumeLong(1, 1 << 20))) : Optional.empty();
        PhysicalRange window = data.consumeBoolean() ? window(data) : new PhysicalRange(0, -1);
        List<X86Option> options = data.consumeBoolean() ? List.of(data.pickValue(X86Option.values())) : List.of();
        String commandLine = data.consumeAsciiString(300).replace('\0', '0');
        if (machine.isEmpty()) {
            return;
        }
        try {
            BzImage kernel = BzImage.parse(file.content());
            KexecImageBuilder builder = KexecImageBuilder.forTarget(machine.get())
                    .kernel(kernel)
                    .within(window)
                    .commandLine(commandLine)
                    .verification(
                            new Verification(initrd.isEmpty(), Verification.DEFAULT.onMismatch(), Optional.empty()))
                    .random(bytes -> Arrays.fill(bytes, (byte) 7));
            initrd.ifPresent(builder::initrd);
            options.forEach(builder::option);
            boolean wide = kernel.has64BitEntry() && !options.contains(X86Option.ENTRY_32BIT);
            new ImageRules(machine.get(), kernel, initrd, commandLine, window, wide).assertKeptBy(builder.build());
        } catch (MalformedInputException | KexecException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static BzImageBuilder header(FuzzedDataProvider data) {
        BzImageBuilder file = new BzImageBuilder().code(new byte[0x400]);
        if (data.consumeBoolean()) {
            file.version(data.consumeInt(0x200, 0x210));
        }
        if (data.consumeBoolean()) {
            file.kernelInfo(0x300, "LToP", 16, 16, data.consumeInt(0, 16) | data.consumeInt(0, 1) << 31);
        }
        if (data.consumeBoolean()) {
            file.set("relocatable_kernel", 0).set("pref_address", 0x10_0000 + 0x1000L * data.consumeInt(0, 0x4000));
        }
        for (int count = data.consumeInt(0, 6); count > 0; count--) {
            BzImageBuilder.Field field = data.pickValue(file.fields());
            file.set(field.name(), data.consumeLong() >> data.consumeInt(0, 63));
        }
        return file;
    }

    /** None if it has no RAM. */
    private static Optional<Target> machine(FuzzedDataProvider data) {
        MemoryMap map = memoryMap(data);
        if (map.ram().isEmpty()) {
            return Optional.empty();
        }
        Target.Builder target = Target.builder(Architecture.X86_64, map).pageSize(0x1000L << data.consumeInt(0, 4));
        if (data.consumeBoolean()) {
            target.bootParams(Content.of(bootParams(data)));
        }
        if (data.consumeBoolean()) {
            target.acpiRsdp(Math.max(1, data.consumeLong()));
        }
        if (data.consumeBoolean()) {
            target.efi(efi(data));
        }
        if (data.consumeBoolean()) {
            target.framebuffer(new FramebufferFacts(
                    data.consumeAsciiString(20),
                    data.consumeInt(0, 4096),
                    data.consumeInt(0, 4096),
                    data.consumeInt(0, 65535),
                    data.consumeBoolean()));
        }
        if (data.consumeBoolean()) {
            target.deviceTree(Content.of(data.consumeBytes(64)));
        }
        return Optional.of(target.build());
    }

    /** Regions in ascending order, with or without gaps. */
    private static MemoryMap memoryMap(FuzzedDataProvider data) {
        List<MemoryRegion> regions = new ArrayList<>();
        if (!data.consumeBoolean()) {
            regions.addAll(Machines.pc(Machines.GIB).memoryMap().regions());
        }
        long end = regions.isEmpty() ? 0 : 4 * Machines.GIB;
        for (int count = data.consumeInt(0, 200); count > 0; count--) {
            long start = end + data.consumeLong(0, 1L << data.consumeInt(0, 62));
            long next = start + data.consumeLong(1, 1L << data.consumeInt(0, 62));
            if (Long.compareUnsigned(start, end) < 0 || Long.compareUnsigned(next, start) <= 0) {
                break;
            }
            regions.add(new MemoryRegion(new PhysicalRange(start, next), data.pickValue(TYPES)));
            end = next;
        }
        return new MemoryMap(regions);
    }

    /** With fields of EFI that make sense, or with any bytes. */
    private static byte[] bootParams(FuzzedDataProvider data) {
        BootParams.Builder fields = BootParams.builder();
        if (!data.consumeBoolean()) {
            return fields.put(BootParamsField.EFI_LOADER_SIGNATURE, EfiHandOver.SIGNATURE_64)
                    .put(BootParamsField.EFI_SYSTAB, data.consumeInt(0, 0x7fff_ffff))
                    .put(BootParamsField.EFI_MEMDESC_SIZE, data.consumeInt(0, 0x410))
                    .put(BootParamsField.EFI_MEMDESC_VERSION, data.consumeInt(1, 2))
                    .put(BootParamsField.EFI_MEMMAP_SIZE, data.consumeInt(0, 0x1000))
                    .build()
                    .toByteArray();
        }
        return Arrays.copyOf(data.consumeBytes(0x300), BootParams.SIZE);
    }

    private static EfiFacts efi(FuzzedDataProvider data) {
        List<EfiRuntimeRegion> regions = new ArrayList<>();
        for (int count = data.consumeInt(0, 20); count > 0; count--) {
            long address = data.consumeLong() & -EfiRuntimeRegion.PAGE_SIZE;
            regions.add(new EfiRuntimeRegion(5, address, data.consumeLong(), data.consumeLong(1, 1), -1));
        }
        EfiFacts.Builder facts = EfiFacts.builder().runtimeMap(regions);
        if (!data.consumeBoolean()) {
            facts.fwVendor(Math.max(1, data.consumeLong())).configTable(Math.max(1, data.consumeLong()));
        }
        if (data.consumeBoolean()) {
            facts.runtime(Math.max(1, data.consumeLong())).platformBits(data.consumeBoolean() ? 32 : 64);
        }
        return facts.build();
    }

    private static PhysicalRange window(FuzzedDataProvider data) {
        long start = data.consumeLong(0, 1L << data.consumeInt(0, 46));
        return PhysicalRange.ofSize(start, data.consumeLong(1, 1L << data.consumeInt(0, 46)));
    }
}
