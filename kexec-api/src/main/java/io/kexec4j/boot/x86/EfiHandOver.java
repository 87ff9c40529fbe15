package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.bytes.Content;
import io.kexec4j.target.EfiFacts;
import io.kexec4j.target.EfiRuntimeRegion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * EFI's runtime services, as one kernel hands them on to the next: {@code efi_info} in boot_params, the memory map of the
 * runtime services with the virtual addresses that the firmware has been told, and {@code SETUP_EFI} with what the firmware has
 * since turned into virtual addresses (arch/x86/kernel/kexec-bzimage64.c, setup_efi_state; arch/x86/platform/efi/efi.c,
 * kexec_enter_virtual_mode).
 */
final class EfiHandOver {
    /** {@code EFI64_LOADER_SIGNATURE}, "EL64". */
    static final long SIGNATURE_64 = 0x3436_4c45;

    /** {@code XLF_EFI_KEXEC}. */
    static final int XLF_EFI_KEXEC = 1 << 4;

    private static final int WIDE = 64;

    /** {@code EFI_MEMORY_DESCRIPTOR_VERSION}, the only one there is. */
    private static final int DESCRIPTOR_VERSION = 1;

    /** {@code sizeof(efi_memory_desc_t)}; what firmware reports is often larger, and the rest of it unused. */
    private static final int DESCRIPTOR_SIZE = 40;

    private static final int LARGEST_DESCRIPTOR = 1024;

    /** {@code sizeof(struct efi_setup_data)} (arch/x86/include/asm/efi.h). */
    private static final int SETUP_EFI_SIZE = 96;

    /**
     * {@code EFI_INVALID_TABLE_ADDR}, which the kernel's own loader passes where there is no SMBIOS 2. 0 would make
     * efi_reuse_config leave the table of memory attributes in use, which is no longer true after a kexec.
     */
    private static final long NO_TABLE = -1;

    /** What the second kernel is told, or why it is told nothing. */
    private final Optional<Told> told;

    private final Optional<String> refusal;

    private record Told(BootParams running, Content memoryMap, SetupData node) {}

    private EfiHandOver(Optional<Told> told, Optional<String> refusal) {
        this.told = told;
        this.refusal = refusal;
    }

    /** Decides. */
    static EfiHandOver of(BootRequest request, LinuxHeader header, Optional<BootParams> running) {
        Optional<EfiFacts> facts = request.target().efi();
        if (facts.isEmpty() && running.map(EfiHandOver::hasNone).orElse(true)) {
            return new EfiHandOver(Optional.empty(), Optional.empty());
        }
        Optional<String> refusal = request.has(X86Option.NO_EFI)
                ? Optional.of("that was asked for")
                : refusalOfMachine(facts, running).or(() -> refusalOfKernel(header));
        Optional<Told> told =
                refusal.isPresent() ? Optional.empty() : Optional.of(told(facts.orElseThrow(), running.orElseThrow()));
        return new EfiHandOver(told, refusal);
    }

    private static Told told(EfiFacts facts, BootParams running) {
        int descriptorSize = (int) running.get(BootParamsField.EFI_MEMDESC_SIZE);
        return new Told(
                running,
                memoryMap(facts.runtimeMap(), descriptorSize),
                new SetupData(SetupData.Type.EFI, setupEfi(facts)));
    }

    private static boolean hasNone(BootParams running) {
        return running.get(BootParamsField.EFI_MEMMAP_SIZE) == 0;
    }

    private static Optional<String> refusalOfMachine(Optional<EfiFacts> known, Optional<BootParams> running) {
        if (running.isEmpty()) {
            return Optional.of("the boot_params of the running kernel are unknown");
        }
        if (known.isEmpty()) {
            return Optional.of("what the running kernel tells of EFI is unknown");
        }
        EfiFacts facts = known.get();
        BootParams old = running.get();
        long signature = old.get(BootParamsField.EFI_LOADER_SIGNATURE);
        long descriptorSize = old.get(BootParamsField.EFI_MEMDESC_SIZE);
        if (hasNone(old) || facts.runtimeMap().isEmpty()) {
            return Optional.of("the running kernel has none");
        }
        if (facts.platformBits().orElse(WIDE) != WIDE || signature != SIGNATURE_64) {
            return Optional.of("the firmware has not 64 bits, or the running kernel was told so");
        }
        if (old.get(BootParamsField.EFI_MEMDESC_VERSION) != DESCRIPTOR_VERSION
                || descriptorSize < DESCRIPTOR_SIZE
                || descriptorSize > LARGEST_DESCRIPTOR
                || descriptorSize % Long.BYTES != 0) {
            return Optional.of("descriptors of version %d with %d bytes are unknown"
                    .formatted(old.get(BootParamsField.EFI_MEMDESC_VERSION), descriptorSize));
        }
        if (old.get(BootParamsField.EFI_SYSTAB) == 0 && old.get(BootParamsField.EFI_SYSTAB_HI) == 0) {
            return Optional.of("the running kernel was not told where the system table lies");
        }
        if (facts.fwVendor().isEmpty() || facts.configTable().isEmpty()) {
            return Optional.of("the running kernel does not tell where the firmware's tables lie");
        }
        return Optional.empty();
    }

    private static Optional<String> refusalOfKernel(LinuxHeader header) {
        if ((header.xloadflags() & XLF_EFI_KEXEC) == 0) {
            return Optional.of("the second kernel cannot take them over (xloadflags 0x%x lack XLF_EFI_KEXEC)"
                    .formatted(header.xloadflags()));
        }
        return header.knows(SetupData.Type.EFI)
                ? Optional.empty()
                : Optional.of("the second kernel does not know SETUP_EFI (setup_type_max)");
    }

    private static Content memoryMap(List<EfiRuntimeRegion> regions, int descriptorSize) {
        ByteBuffer map = ByteBuffer.allocate(Math.multiplyExact(regions.size(), descriptorSize))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < regions.size(); i++) {
            EfiRuntimeRegion region = regions.get(i);
            map.position(i * descriptorSize)
                    .putInt((int) region.type())
                    .putInt(0)
                    .putLong(region.physicalAddress())
                    .putLong(region.virtualAddress())
                    .putLong(region.pages())
                    .putLong(region.attribute());
        }
        return Content.of(map.array());
    }

    /** {@code fw_vendor}, what was {@code runtime} before Linux 5.7, {@code tables}, {@code smbios}, and eight reserved. */
    private static Content setupEfi(EfiFacts facts) {
        return Content.of(ByteBuffer.allocate(SETUP_EFI_SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(facts.fwVendor().orElseThrow())
                .putLong(facts.runtime().isPresent() ? physical(facts.runtime().getAsLong(), facts.runtimeMap()) : 0)
                .putLong(facts.configTable().orElseThrow())
                .putLong(facts.smbios().orElse(NO_TABLE))
                .array());
    }

    /** A kernel that was started by kexec finds the address of the runtime services where the firmware has made it virtual. */
    private static long physical(long address, List<EfiRuntimeRegion> regions) {
        for (EfiRuntimeRegion region : regions) {
            long offset = address - region.virtualAddress();
            if (Long.compareUnsigned(offset, region.pages() * EfiRuntimeRegion.PAGE_SIZE) < 0) {
                return region.physicalAddress() + offset;
            }
        }
        return address;
    }

    /** Why nothing is handed on, if there is something to hand on. */
    Optional<String> refusal() {
        return refusal;
    }

    /** The memory map, which has to lie where {@link #point} is told; empty if nothing is handed on. */
    Content memoryMap() {
        return told.map(Told::memoryMap).orElse(Content.EMPTY);
    }

    /** The node of setup_data, if something is handed on. */
    Optional<SetupData> node() {
        return told.map(Told::node);
    }

    /** Writes what is handed on, with the memory map at an address. */
    void point(BootParams.Builder bootParams, long address) {
        told.ifPresent(efi -> {
            for (BootParamsField field : List.of(
                    BootParamsField.EFI_LOADER_SIGNATURE,
                    BootParamsField.EFI_SYSTAB,
                    BootParamsField.EFI_SYSTAB_HI,
                    BootParamsField.EFI_MEMDESC_SIZE,
                    BootParamsField.EFI_MEMDESC_VERSION,
                    BootParamsField.SECURE_BOOT)) {
                bootParams.put(field, efi.running.get(field));
            }
            bootParams
                    .put(BootParamsField.EFI_MEMMAP, Halves.low(address))
                    .put(BootParamsField.EFI_MEMMAP_HI, Halves.high(address))
                    .put(BootParamsField.EFI_MEMMAP_SIZE, efi.memoryMap.size());
        });
    }
}
