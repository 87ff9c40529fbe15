package io.kexec4j.target;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code /sys/firmware/efi}. */
final class EfiFiles {
    private static final String DIRECTORY = "sys/firmware/efi/";

    private static final String PLATFORM_SIZE = DIRECTORY + "fw_platform_size";
    private static final String FW_VENDOR = DIRECTORY + "fw_vendor";
    private static final String RUNTIME = DIRECTORY + "runtime";
    private static final String CONFIG_TABLE = DIRECTORY + "config_table";
    private static final String SYSTAB = DIRECTORY + "systab";
    static final String RUNTIME_MAP = DIRECTORY + "runtime-map";
    private static final List<String> FILES = List.of(PLATFORM_SIZE, FW_VENDOR, RUNTIME, CONFIG_TABLE, SYSTAB);
    private static final List<String> REGION_FILES =
            List.of("type", "phys_addr", "virt_addr", "num_pages", "attribute");

    private EfiFiles() {}

    /** Every file that there may be. */
    static List<String> names(RootFiles files) throws IOException {
        List<String> names = new ArrayList<>(FILES);
        for (int region : files.numbers(RUNTIME_MAP, EfiFacts.MAX_REGIONS)) {
            REGION_FILES.forEach(file -> names.add(RUNTIME_MAP + "/" + region + "/" + file));
        }
        return names;
    }

    /** Where ACPI's root pointer lies. */
    static OptionalLong acpiRsdp(RootFiles files) throws IOException {
        Optional<String> systab = files.text(SYSTAB);
        return systab.isPresent() ? EfiSystab.acpiRsdp(systab.get()) : OptionalLong.empty();
    }

    /** The facts, unless the machine has no EFI. */
    static Optional<EfiFacts> read(RootFiles files) throws IOException {
        List<EfiRuntimeRegion> runtimeMap = runtimeMap(files);
        if (runtimeMap.isEmpty() && FILES.stream().noneMatch(files::has)) {
            return Optional.empty();
        }
        EfiFacts.Builder facts = EfiFacts.builder().runtimeMap(runtimeMap);
        if (files.has(PLATFORM_SIZE)) {
            facts.platformBits(platformBits(files));
        }
        files.addressIfKnown(FW_VENDOR).ifPresent(facts::fwVendor);
        files.addressIfKnown(RUNTIME).ifPresent(facts::runtime);
        files.addressIfKnown(CONFIG_TABLE).ifPresent(facts::configTable);
        Optional<String> systab = files.text(SYSTAB);
        if (systab.isPresent()) {
            EfiSystab.smbios(systab.get()).ifPresent(facts::smbios);
        }
        return Optional.of(facts.build());
    }

    private static int platformBits(RootFiles files) throws IOException {
        String text = files.line(PLATFORM_SIZE);
        return switch (text) {
            case "32", "64" -> Integer.parseInt(text);
            default -> throw RootFiles.malformed(PLATFORM_SIZE, "EFI must have 32 or 64 bits");
        };
    }

    private static List<EfiRuntimeRegion> runtimeMap(RootFiles files) throws IOException {
        List<EfiRuntimeRegion> regions = new ArrayList<>();
        for (int region : files.numbers(RUNTIME_MAP, EfiFacts.MAX_REGIONS)) {
            regions.add(region(files, RUNTIME_MAP + "/" + region));
        }
        return regions;
    }

    private static EfiRuntimeRegion region(RootFiles files, String directory) throws IOException {
        long type = files.address(directory + "/type");
        long physicalAddress = files.address(directory + "/phys_addr");
        long virtualAddress = files.address(directory + "/virt_addr");
        long pages = files.address(directory + "/num_pages");
        long attribute = files.address(directory + "/attribute");
        Optional<String> brokenRule = EfiRuntimeRegion.brokenRule(type, physicalAddress, pages);
        if (brokenRule.isPresent()) {
            throw RootFiles.malformed(directory, brokenRule.get());
        }
        return new EfiRuntimeRegion(type, physicalAddress, virtualAddress, pages, attribute);
    }
}
