package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.kernel.ElfKernel;
import io.kexec4j.kernel.LoadSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What an ELF program is handed. */
enum ElfArguments {
    /** boot_params, as Linux wants them. */
    LINUX(X86Option.ARGS_LINUX),
    /** {@link ElfBootNotes}. */
    NOTES(X86Option.ARGS_ELF),
    /** Nothing. */
    NONE(X86Option.ARGS_NONE);

    /** XEN_ELFNOTE_GUEST_OS (xen/include/public/elfnote.h). */
    private static final int XEN_GUEST_OS = 6;

    /** How linux_banner begins (init/version-timestamp.c in Linux). */
    private static final byte[] BANNER = "Linux version ".getBytes(StandardCharsets.US_ASCII);

    private final X86Option option;

    ElfArguments(X86Option option) {
        this.option = option;
    }

    /**
     * A choice, and why it was made.
     *
     * @param arguments what is handed over
     * @param remark why, unless the user said so
     */
    record Choice(ElfArguments arguments, Optional<String> remark) {}

    /**
     * Chooses what the user says, or else what the program is.
     *
     * @throws UnsupportedCombinationException if the user says two things, or if what is handed over has no place for an initrd
     *     or a command line
     * @throws IOException if the file cannot be read
     */
    static Choice choose(BootRequest request, ElfKernel kernel) throws IOException {
        List<ElfArguments> wanted = Arrays.stream(values())
                .filter(arguments -> request.has(arguments.option))
                .toList();
        if (wanted.size() > 1) {
            throw new UnsupportedCombinationException("only one is possible: %s, or %s"
                    .formatted(
                            wanted.get(0).option.label(), wanted.get(1).option.label()));
        }
        Choice choice = wanted.isEmpty() ? byEvidence(kernel) : new Choice(wanted.get(0), Optional.empty());
        choice.arguments.verify(request);
        return choice;
    }

    private void verify(BootRequest request) {
        if (this != LINUX && request.initrd().isPresent()) {
            throw new UnsupportedCombinationException(
                    "an initrd needs boot_params, but this ELF program gets %s: choose --args-linux if it is Linux"
                            .formatted(option.label()));
        }
        boolean deviceTree = request.deviceTree().isPresent() || request.has(X86Option.REUSE_DEVICE_TREE);
        if (this != LINUX && (deviceTree || request.has(X86Option.REUSE_VIDEO))) {
            throw new UnsupportedCombinationException(
                    "a device tree or a video mode needs boot_params, but this ELF program gets " + option.label());
        }
        if (this != LINUX && request.crash().isPresent()) {
            throw new UnsupportedCombinationException(
                    "a crash kernel needs boot_params, but this ELF program gets " + option.label());
        }
        if (this == NONE && !request.commandLine().isEmpty()) {
            throw new UnsupportedCombinationException("a command line cannot be handed over with " + option.label());
        }
    }

    private static Choice byEvidence(ElfKernel kernel) throws IOException {
        if (kernel.notes().stream().anyMatch(ElfArguments::isOfLinux)) {
            return new Choice(LINUX, Optional.of("the ELF file is taken for Linux, since it has a note that says so"));
        }
        for (LoadSegment segment : kernel.segments()) {
            if (hasBanner(segment.content())) {
                return new Choice(
                        LINUX, Optional.of("the ELF file is taken for Linux, since it holds \"Linux version\""));
            }
        }
        return new Choice(
                NOTES,
                Optional.of(
                        "the ELF file is not taken for Linux, and is handed ELF boot notes: nothing in it says Linux"));
    }

    private static boolean isOfLinux(ElfKernel.Note note) {
        return note.name().equals("Linux")
                || (note.name().equals("Xen") && note.type() == XEN_GUEST_OS && startsWith(note.content(), "linux"));
    }

    private static boolean startsWith(Content content, String text) {
        byte[] expected = text.getBytes(StandardCharsets.US_ASCII);
        return content.size() >= expected.length
                && content.slice(0, expected.length).equals(Content.of(expected));
    }

    /** In one slice of the content: a banner does not lie 2 GiB behind its beginning. */
    private static boolean hasBanner(Content content) {
        for (ByteBuffer slice : content.slices()) {
            for (int i = 0; i < slice.limit() - BANNER.length; i++) {
                if (slice.get(i) == BANNER[0] && matches(slice, i)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean matches(ByteBuffer bytes, int start) {
        for (int i = 1; i < BANNER.length; i++) {
            if (bytes.get(start + i) != BANNER[i]) {
                return false;
            }
        }
        return Character.isDigit((char) bytes.get(start + BANNER.length));
    }
}
