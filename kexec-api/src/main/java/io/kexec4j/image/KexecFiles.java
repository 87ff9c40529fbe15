package io.kexec4j.image;

import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code kexec_file_load} is given, as a value: files, from which the running kernel builds the image itself. The sibling
 * of {@link KexecImage}. The running kernel parses the kernel file, checks its signature, and decides where everything lies;
 * there is nothing to build beforehand, and nothing to say about it.
 *
 * @param architecture what it runs on
 * @param kernel the kernel file as the running kernel shall read it. Content that is {@linkplain Content#wholeFile() a whole
 *     file} is opened where it lies, so that the running kernel also sees the attributes of the file (IMA signatures)
 * @param initrd the initial RAM disk
 * @param commandLine the command line of the second kernel, which is passed on as UTF-8; may be empty
 * @param flags what kexec_file_load is told besides
 * @param remarks what was decided on the user's behalf and may surprise, each a sentence for people without a full stop
 */
public record KexecFiles(
        Architecture architecture,
        Content kernel,
        Optional<Content> initrd,
        String commandLine,
        Set<KexecFileFlag> flags,
        List<String> remarks) {
    /** {@code KEXEC_FILE_NO_INITRAMFS}: the file descriptor of the initrd means nothing. */
    private static final long NO_INITRAMFS = 0x4;

    /**
     * Checks what kexec_file_load would refuse, and where it would end the command line early.
     *
     * @param architecture what it runs on
     * @param kernel the kernel file
     * @param initrd the initial RAM disk
     * @param commandLine the command line
     * @param flags what kexec_file_load is told besides; copied
     * @param remarks what was decided on the user's behalf; copied
     * @throws IllegalArgumentException if a file is empty, or if the command line holds a NUL character, where the kernel would
     *     end it, or half of a surrogate pair, which UTF-8 has no bytes for
     */
    public KexecFiles {
        if (kernel.size() == 0) {
            throw new IllegalArgumentException("a kernel must not be empty");
        }
        KernelInput.verify(initrd, commandLine);
        flags = Set.copyOf(flags);
        remarks = List.copyOf(remarks);
    }

    /**
     * {@return the flags as kexec_file_load takes them: {@code KEXEC_FILE_*}, among them {@code KEXEC_FILE_NO_INITRAMFS} if there
     *     is no initrd}
     */
    public long flagBits() {
        long bits = initrd.isPresent() ? 0 : NO_INITRAMFS;
        for (KexecFileFlag flag : flags) {
            bits |= flag.bit();
        }
        return bits;
    }

    /**
     * {@return these files with other flags}
     *
     * @param others the flags
     */
    public KexecFiles withFlags(Set<KexecFileFlag> others) {
        return new KexecFiles(architecture, kernel, initrd, commandLine, others, remarks);
    }

    /**
     * {@return this with more remarks, before its own}
     *
     * @param more what else was decided on the user's behalf
     */
    public KexecFiles withRemarks(List<String> more) {
        List<String> all = new ArrayList<>(more);
        all.addAll(remarks);
        return new KexecFiles(architecture, kernel, initrd, commandLine, flags, all);
    }

    /**
     * {@return lines for people: the files, the command line, and the flags}
     */
    public String describe() {
        StringBuilder text =
                new StringBuilder("kexec files for %s, flags 0x%x\n".formatted(architecture.linuxName(), flagBits()));
        text.append("kernel        ").append(kernel).append('\n');
        text.append("initrd        ")
                .append(initrd.map(Content::toString).orElse("none"))
                .append('\n');
        text.append("command line  ")
                .append(commandLine.isEmpty() ? "empty" : Printable.of(commandLine))
                .append('\n');
        remarks.forEach(
                remark -> text.append("note: ").append(Printable.of(remark)).append('\n'));
        return text.toString();
    }
}
