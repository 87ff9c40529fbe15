package io.kexec4j;

import io.kexec4j.boot.Initrds;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.kernel.Uki;
import io.kexec4j.kernel.UkiProfile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is started, and what it is given. A unified kernel image brings its own; what the user gives wins.
 *
 * @param kernel never a UKI
 * @param initrd all of them, as one
 * @param commandLine may be empty
 * @param remarks what of the UKI is not used
 */
record Ingredients(KernelFile kernel, Optional<Content> initrd, String commandLine, List<String> remarks) {
    /**
     * Chooses.
     *
     * @param file the kernel, or a UKI
     * @param profile of a UKI
     * @param initrd the user's
     * @param commandLine the user's
     * @throws UnsupportedCombinationException if there is no such profile
     * @throws IOException if the UKI cannot be read, or its command line is no text
     */
    static Ingredients of(KernelFile file, int profile, Optional<Content> initrd, Optional<String> commandLine)
            throws IOException {
        if (file instanceof Uki uki) {
            if (profile >= uki.profiles().size()) {
                throw new UnsupportedCombinationException("the UKI has %d profiles, from 0 on, and no profile %d"
                        .formatted(uki.profiles().size(), profile));
            }
            return of(uki.profile(profile), initrd, commandLine);
        }
        if (profile != 0) {
            throw new UnsupportedCombinationException("only a UKI has profiles, and this is " + file);
        }
        return new Ingredients(file, initrd, commandLine.orElse(""), List.of());
    }

    private static Ingredients of(UkiProfile uki, Optional<Content> initrd, Optional<String> commandLine)
            throws IOException {
        List<String> remarks = new ArrayList<>();
        Optional<Content> own = uki.initrds().isEmpty() ? Optional.empty() : Optional.of(Initrds.join(uki.initrds()));
        if (own.isPresent() && initrd.isPresent()) {
            remarks.add("the initrd of the UKI is not used: another one was given");
        }
        Optional<String> line = uki.commandLine();
        if (line.isPresent() && commandLine.isPresent()) {
            remarks.add("the command line of the UKI is not used: another one was given");
        }
        if (!uki.deviceTrees().isEmpty()) {
            remarks.add("a device tree in the UKI is not used");
        }
        return new Ingredients(
                uki.kernel(), initrd.or(() -> own), commandLine.or(() -> line).orElse(""), remarks);
    }
}
