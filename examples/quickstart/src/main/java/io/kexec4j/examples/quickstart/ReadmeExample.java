package io.kexec4j.examples.quickstart;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.image.KexecImage;
import io.kexec4j.linux.Kexec;
import io.kexec4j.target.Target;
import io.kexec4j.target.TargetFiles;
import java.io.IOException;
import java.nio.file.Path;

/** The example of the README, which a test compares with it. */
final class ReadmeExample {
    private ReadmeExample() {}

    static void loadAndStart() throws IOException {
        // README
        Target target = TargetFiles.ofRunningSystem().read();
        KexecImage image = KexecImageBuilder.forTarget(target)
                .kernel(Path.of("/boot/vmlinuz"))
                .initrd(Path.of("/boot/initrd.img"))
                .commandLine("root=/dev/sda1 ro console=ttyS0")
                .build();
        System.out.print(image.describe());
        Kexec.system().load(image); // needs root
        Kexec.system().execute(); // the running system ends here
        // README
    }
}
