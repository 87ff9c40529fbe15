package io.kexec4j.examples.bootmatrix;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.linux.ImageSlot;
import io.kexec4j.linux.Kexec;
import io.kexec4j.linux.KexecRefusedException;
import io.kexec4j.linux.LoadForm;
import io.kexec4j.linux.LoadMode;
import io.kexec4j.linux.LoadPlan;
import io.kexec4j.linux.LoadReport;
import io.kexec4j.target.TargetFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs in a guest: loads, unloads and loads again by the call that the arguments or the running kernel choose. */
final class FileLoad {
    private FileLoad() {}

    /**
     * Loads it.
     *
     * @param arguments the kernel, the initrd, the command line, the {@link LoadMode}, and {@code memory} if the files shall be
     *     copied into memory
     */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        Path kernel = Path.of(arguments[0]);
        Path initrd = Path.of(arguments[1]);
        boolean memory = arguments[4].equals("memory");
        KexecFiles files = new KexecFiles(
                Architecture.X86_64,
                content(kernel, memory),
                Optional.of(content(initrd, memory)),
                arguments[2],
                Set.of(KexecFileFlag.DEBUG),
                List.of());
        LoadForm<KexecImage> image = LoadForm.madeBy(
                () -> KexecImageBuilder.forTarget(TargetFiles.ofRunningSystem().read())
                        .kernel(kernel)
                        .initrd(initrd)
                        .commandLine(arguments[2])
                        .build());
        LoadPlan plan = new LoadPlan(LoadMode.valueOf(arguments[3]), ImageSlot.NORMAL, image, LoadForm.of(files));
        Kexec kexec = Kexec.system();
        try {
            kexec.load(plan, choice -> out.println(choice.describe()));
        } catch (KexecRefusedException e) {
            out.println("refused: " + e.getMessage());
            kexec.unload(ImageSlot.NORMAL);
            out.println("unloaded");
            System.exit(1);
        }
        out.println("loaded: " + kexec.isLoaded(ImageSlot.NORMAL));
        kexec.unload(ImageSlot.NORMAL);
        out.println("loaded after unload: " + kexec.isLoaded(ImageSlot.NORMAL));
        LoadReport report = kexec.load(plan);
        out.println("called: " + report.call().label());
        report.remarks().forEach(remark -> out.println("note: " + remark));
    }

    /** All of a file as no file: in two pieces. */
    private static Content content(Path file, boolean memory) throws IOException {
        Content whole = Content.ofFile(file);
        return memory ? Content.concat(List.of(whole.slice(0, 1), whole.slice(1, whole.size() - 1))) : whole;
    }
}
