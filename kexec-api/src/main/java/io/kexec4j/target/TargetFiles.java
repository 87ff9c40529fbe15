package io.kexec4j.target;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemorySource;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files in which Linux tells the facts of a {@link Target}, below a root directory: {@code /} for the running system, or a
 * directory with a copy of them.
 *
 * <table>
 * <caption>What is read, and copied by {@link #capture}; every file but the memory map may be missing</caption>
 * <tr><th>file</th><th>fact</th></tr>
 * <tr><td>{@code proc/sys/kernel/arch}</td><td>architecture (Linux 6.1 and newer)</td></tr>
 * <tr><td>{@code proc/sys/kernel/osrelease}</td><td>release of the running kernel</td></tr>
 * <tr><td>{@code proc/self/auxv}</td><td>page size ({@code AT_PAGESZ}, the only entry that is copied); that which is usual for the
 * architecture if it is missing</td></tr>
 * <tr><td>{@code proc/cmdline}</td><td>command line of the running kernel, in UTF-8; other bytes are read as U+FFFD</td></tr>
 * <tr><td>{@code sys/firmware/memmap/N/{start,end,type}}</td><td>memory map of the firmware (x86), preferred</td></tr>
 * <tr><td>{@code proc/iomem}</td><td>memory map, where there is none of the firmware; needs root to be read. If it is missing or
 * shows no addresses, the device tree tells the memory of an architecture that has it there, see {@link
 * io.kexec4j.memory.DeviceTreeMemory}</td></tr>
 * <tr><td>{@code sys/kernel/boot_params/data}</td><td>boot_params of the running kernel (x86)</td></tr>
 * <tr><td>{@code sys/firmware/efi/systab}</td><td>where ACPI's root pointer and SMBIOS lie; an address of 0 is none</td></tr>
 * <tr><td>{@code sys/firmware/efi/{fw_platform_size,fw_vendor,runtime,config_table}}</td><td>EFI</td></tr>
 * <tr><td>{@code sys/firmware/efi/runtime-map/N/{type,phys_addr,virt_addr,num_pages,attribute}}</td>
 * <td>memory of EFI's runtime services</td></tr>
 * <tr><td>{@code sys/class/graphics/fb0/{name,virtual_size,stride}}</td><td>what is on the screen</td></tr>
 * <tr><td>{@code sys/bus/platform/devices/{efi,simple,vesa}-framebuffer.0/modalias}</td>
 * <td>whether the firmware's framebuffer is still in use; only that there is one counts</td></tr>
 * <tr><td>{@code sys/firmware/fdt}</td><td>device tree of the running kernel, preferred; on Power, of what it tells of the memory only
 * its memory reservations count, where there is a {@code proc/device-tree}</td></tr>
 * <tr><td>{@code sys/kernel/boot_params/setup_data/N/{type,data}}</td><td>device tree of the running kernel (x86)</td></tr>
 * <tr><td>{@code proc/device-tree/}…</td><td>device tree of the running kernel, where there is none of the others, and beside them on
 * Power, where
 * it alone tells of the memory and of what the running kernel keeps: as Linux now has it,
 * sorted by name, without memory reservations</td></tr>
 * <tr><td>{@code proc/cpuinfo}</td><td>what the CPUs of arm64 can do, if all are in a table of well-known ones ({@code CPU
 * implementer} and {@code CPU part}, the only lines that are copied)</td></tr>
 * <tr><td>{@code sys/kernel/security/integrity/ima/runtime_measurements_count}</td><td>size of IMA's log</td></tr>
 * </table>
 *
 * <table>
 * <caption>What else is read, and copied, where {@code proc/iomem} has a {@code Crash kernel}, or the live device tree
 * tells of one, see {@link CrashFacts}; what is missing or must not be read is not known</caption>
 * <tr><th>file</th><th>fact</th></tr>
 * <tr><td>{@code proc/iomem}</td><td>all RAM, what is set apart for a crash kernel, and apertures; on x86 too, where the memory map
 * comes from the firmware</td></tr>
 * <tr><td>{@code sys/kernel/kexec/crash_size}, or {@code sys/kernel/kexec_crash_size}</td>
 * <td>how much is left of what the live device tree tells, where {@code proc/iomem} tells nothing; the memory map still has all of
 * it as that of a crash kernel</td></tr>
 * <tr><td>{@code sys/kernel/kexec/crash_cma_ranges}, or {@code sys/kernel/kexec_crash_cma_ranges}</td>
 * <td>what is set apart and in use until then</td></tr>
 * <tr><td>{@code sys/devices/system/cpu/{possible,present,online}}</td><td>the CPUs</td></tr>
 * <tr><td>{@code sys/devices/system/cpu/cpuN/{crash_notes,crash_notes_size}}</td><td>where each leaves its registers</td></tr>
 * <tr><td>{@code sys/kernel/vmcoreinfo}</td><td>where the running kernel describes itself</td></tr>
 * <tr><td>{@code proc/kcore}</td><td>where the running kernel and all RAM are mapped. Only its head is read; of this, the segments that
 * map RAM and the note {@code VMCOREINFO} are copied</td></tr>
 * <tr><td>{@code proc/kallsyms}</td><td>{@code _text}, {@code _stext} and {@code _end}, if {@code proc/kcore} does not tell where the
 * running kernel lies; nothing else is copied</td></tr>
 * <tr><td>{@code sys/kernel/kexec/crash_elfcorehdr_size}, or {@code sys/kernel/crash_elfcorehdr_size}</td>
 * <td>size of a core header that is updated in place</td></tr>
 * </table>
 *
 * <p>RAM in which the running kernel keeps tables of EFI becomes reserved. The memory map of the firmware is not used if the kernel was
 * booted with {@code add_efi_memmap}: then it lacks what EFI
 * added.
 */
public final class TargetFiles {
    private static final String ARCHITECTURE = "proc/sys/kernel/arch";
    private static final String RELEASE = "proc/sys/kernel/osrelease";
    private static final String COMMAND_LINE = "proc/cmdline";
    private static final String BOOT_PARAMS = "sys/kernel/boot_params/data";
    private static final String IMA_COUNT = "sys/kernel/security/integrity/ima/runtime_measurements_count";

    private static final List<String> FILES = List.of(ARCHITECTURE, RELEASE, COMMAND_LINE, BOOT_PARAMS, IMA_COUNT);

    /** What a directory must not have that is to become a copy. */
    private static final List<String> TOP_OF_COPY = List.of(
            ARCHITECTURE,
            RELEASE,
            COMMAND_LINE,
            MemoryFiles.IOMEM,
            "proc/self",
            "proc/cpuinfo",
            Kcore.FILE,
            KernelSymbols.FILE,
            DeviceTreeDirectory.DIRECTORY,
            MemoryFiles.MEMMAP,
            "sys/kernel/boot_params",
            "sys/kernel/security",
            "sys/kernel/vmcoreinfo",
            "sys/kernel/kexec",
            "sys/kernel/kexec_crash_size",
            "sys/kernel/kexec_crash_cma_ranges",
            "sys/kernel/crash_elfcorehdr_size",
            CrashCpus.DIRECTORY,
            "sys/firmware/efi",
            "sys/firmware/fdt",
            "sys/class/graphics",
            "sys/bus/platform");

    private final RootFiles files;

    /** Which architecture it is if the files do not tell. */
    private final Optional<String> otherwise;

    private TargetFiles(Path root, Optional<String> otherwise) {
        this.files = new RootFiles(root);
        this.otherwise = otherwise;
    }

    /**
     * {@return the files below a root directory}
     *
     * @param root {@code /}, or a directory that {@link #capture} has filled
     */
    public static TargetFiles below(Path root) {
        boolean running = root.toAbsolutePath().normalize().equals(Path.of("/"));
        return new TargetFiles(
                root, running ? Optional.of(System.getProperty("os.arch", "unknown")) : Optional.empty());
    }

    /** The files below a root directory, with the name of the architecture that counts if they do not tell. */
    static TargetFiles below(Path root, String architecture) {
        return new TargetFiles(root, Optional.of(architecture));
    }

    /**
     * {@return the files of the running system}
     */
    public static TargetFiles ofRunningSystem() {
        return below(Path.of("/"));
    }

    /**
     * Reads the facts, with the architecture that the files tell; on the running system that Java tells, if they do not.
     *
     * @return the machine
     * @throws MalformedInputException if a file is not what it should be, if there is no memory map, or if the architecture is
     *     unknown
     * @throws IOException if a file cannot be read
     */
    public Target read() throws IOException {
        String name = architecture()
                .orElseThrow(() -> malformed(ARCHITECTURE, "the file is missing: say which architecture it is"));
        return read(Architecture.byName(name)
                .orElseThrow(() -> malformed(
                        ARCHITECTURE,
                        "images cannot be built for the architecture " + MalformedInputException.quote(name))));
    }

    /** The name of the architecture, if anything tells. */
    private Optional<String> architecture() throws IOException {
        return files.text(ARCHITECTURE).map(String::strip).or(() -> otherwise);
    }

    /**
     * Reads the facts of a machine whose architecture is known.
     *
     * @param architecture of the machine
     * @return the machine
     * @throws MalformedInputException if a file is not what it should be, or if there is no memory map
     * @throws IOException if a file cannot be read
     */
    public Target read(Architecture architecture) throws IOException {
        String commandLine = commandLine();
        Optional<EfiFacts> efi = EfiFiles.read(files);
        Optional<Fdt> liveTree = liveTree(architecture);
        boolean isSame = liveTree.isPresent() && DeviceTreeFiles.isDirectory(files);
        Optional<Fdt> deviceTree = isSame ? Optional.empty() : DeviceTreeFiles.read(files);
        MemoryMap memoryMap =
                new MemoryFiles(files, architecture.memorySource()).read(commandLine, efi, liveTree, deviceTree);
        long pageSize = AuxiliaryVector.pageSize(files).orElse(architecture.defaultPageSize());
        Target.Builder target =
                Target.builder(architecture, memoryMap).pageSize(pageSize).commandLine(commandLine);
        files.text(RELEASE).map(String::strip).ifPresent(target::kernelRelease);
        bootParams().ifPresent(target::bootParams);
        EfiFiles.acpiRsdp(files).ifPresent(target::acpiRsdp);
        efi.ifPresent(target::efi);
        FramebufferFiles.read(files).ifPresent(target::framebuffer);
        deviceTree.map(Fdt::bytes).map(Content::of).ifPresent(target::deviceTree);
        liveTree.map(Fdt::bytes).map(Content::of).ifPresent(target::liveTree);
        // A table that contradicts the running kernel knows less than nothing.
        files.text(Arm64Cores.FILE)
                .flatMap(Arm64Cores::parse)
                .filter(cpu -> cpu.pageSizes().contains(pageSize))
                .ifPresent(target::arm64Cpu);
        if (files.has(IMA_COUNT)) {
            target.imaMeasurements(files.number(IMA_COUNT));
        }
        CrashFiles.read(files, architecture, crashKernel(liveTree)).ifPresent(target::crash);
        return target.build();
    }

    /**
     * Copies the files to another directory, from which {@link #read} then gives an equal machine. On the running system this
     * needs root, like reading them does. If the files do not tell the architecture, as before Linux 6.1, the copy is given
     * the file that does, if Java tells it; if nothing tells it, the copy has what it would have for any. Nothing is written
     * before everything has been read.
     *
     * @param copy a directory, which has none of the files yet: those of another machine would be mixed with these; made if
     *     it does not exist
     * @throws java.nio.file.FileAlreadyExistsException if the directory has one of the files, or is none
     * @throws MalformedInputException if a file is no file, or larger than any of these is
     * @throws IOException if a file cannot be read or written
     */
    public void capture(Path copy) throws IOException {
        for (String name : TOP_OF_COPY) {
            Path file = copy.resolve(name);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(
                        file.toString(), null, "a capture must not be mixed with another: choose an empty directory");
            }
        }
        for (Map.Entry<String, byte[]> content : contents().entrySet()) {
            Path file = copy.resolve(content.getKey());
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, content.getValue(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
    }

    private Map<String, byte[]> contents() throws IOException {
        List<String> names = new ArrayList<>(FILES);
        names.addAll(MemoryFiles.names(files));
        names.addAll(EfiFiles.names(files));
        names.addAll(FramebufferFiles.names());
        names.addAll(DeviceTreeFiles.names(files));
        Map<String, byte[]> contents = new LinkedHashMap<>();
        otherwise.ifPresent(name -> {
            String linuxName =
                    Architecture.byName(name).map(Architecture::linuxName).orElse(name);
            contents.put(ARCHITECTURE, (linuxName + "\n").getBytes(StandardCharsets.ISO_8859_1));
        });
        for (String name : names) {
            files.bytes(name).ifPresent(bytes -> contents.put(name, bytes));
        }
        addFactsOnly(contents);
        return contents;
    }

    /** Of files that have more than facts about the machine, or that are a directory. */
    private void addFactsOnly(Map<String, byte[]> contents) throws IOException {
        Optional<byte[]> vector = files.bytes(AuxiliaryVector.FILE);
        if (vector.isPresent()) {
            contents.put(
                    AuxiliaryVector.FILE, AuxiliaryVector.parse(vector.get()).factsOnly());
        }
        files.text(Arm64Cores.FILE)
                .flatMap(Arm64Cores::factsOnly)
                .ifPresent(text -> contents.put(Arm64Cores.FILE, text.getBytes(StandardCharsets.ISO_8859_1)));
        Optional<Architecture> known = architecture().flatMap(Architecture::byName);
        // Whoever reads the copy may know the architecture that nothing tells here.
        Optional<Fdt> liveTree = known.isPresent() ? liveTree(known.get()) : DeviceTreeDirectory.read(files);
        Optional<Fdt> directory = DeviceTreeFiles.isDirectory(files) ? DeviceTreeFiles.read(files) : liveTree;
        directory.map(DeviceTreeDirectory::filesOf).ifPresent(contents::putAll);
        contents.putAll(CrashFiles.factsOnly(files, crashKernel(liveTree)));
    }

    /** The device tree as it is now, where that tells of the memory. */
    private Optional<Fdt> liveTree(Architecture architecture) throws IOException {
        return architecture.memorySource() == MemorySource.LIVE_DEVICE_TREE
                ? DeviceTreeDirectory.read(files)
                : Optional.empty();
    }

    private static Optional<PhysicalRange> crashKernel(Optional<Fdt> liveTree) throws MalformedInputException {
        return liveTree.isPresent() ? PowerTree.crashKernel(liveTree.get()) : Optional.empty();
    }

    /** As UTF-8, which is how it is handed on. */
    private String commandLine() throws IOException {
        return files.bytes(COMMAND_LINE)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip())
                .orElse("");
    }

    private Optional<Content> bootParams() throws IOException {
        Optional<byte[]> bytes = files.bytes(BOOT_PARAMS);
        if (bytes.isPresent() && bytes.get().length != Target.BOOT_PARAMS_SIZE) {
            throw malformed(
                    BOOT_PARAMS,
                    "the file must have %d bytes, has %d".formatted(Target.BOOT_PARAMS_SIZE, bytes.get().length));
        }
        return bytes.map(Content::of);
    }

    private static MalformedInputException malformed(String name, String rule) {
        return RootFiles.malformed(name, rule);
    }
}
