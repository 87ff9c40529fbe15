package io.kexec4j.examples.bootmatrix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes unified kernel images as distributions do: by adding sections to the stub of systemd. */
final class UkiFile {
    /** More than a section needs, so that they are apart. */
    private static final long DISTANCE = 0x400_0000;

    private UkiFile() {}

    /** One in target with a kernel, its command line, and the initramfs of the second guest. */
    static Path of(Kernel kernel, String commandLine) throws IOException, InterruptedException {
        Machine machine = kernel.machine();
        Map<String, Path> sections = new LinkedHashMap<>();
        sections.put(".osrel", Files.writeString(Path.of("target", "uki.osrel"), "ID=kexec4j\nVERSION_ID=1\n"));
        sections.put(".cmdline", Files.writeString(Path.of("target", "uki.cmdline"), commandLine + "\n"));
        sections.put(".initrd", KexecScenario.secondInitramfs(machine, Map.of()));
        sections.put(".linux", kernel.file());

        Path stub = Lab.ukiStub(machine);
        long address = imageBase(stub);
        List<Object> command = new ArrayList<>(List.of(Lab.tool(machine.tuple() + "-objcopy")));
        for (Map.Entry<String, Path> section : sections.entrySet()) {
            address += DISTANCE;
            command.add("--add-section=%s=%s".formatted(section.getKey(), section.getValue()));
            command.add("--change-section-vma=%s=0x%x".formatted(section.getKey(), address));
        }
        Path file = Path.of("target", "uki-" + machine.folder() + ".efi");
        command.addAll(List.of(stub, file));
        Commands.run(command.toArray());
        return file;
    }

    /** Where the sections of a PE32+ file count from (PE Format, "Optional Header Windows-Specific Fields"). */
    private static long imageBase(Path stub) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(stub)).order(ByteOrder.LITTLE_ENDIAN);
        return file.getLong(file.getInt(0x3c) + 0x18 + 0x18);
    }
}
