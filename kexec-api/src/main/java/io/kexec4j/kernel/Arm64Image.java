package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.util.Optional;

/**
 * An Image: Linux for arm64, decompressed, and what other kernels make to be started alike (booting.rst, "Booting AArch64 Linux").
 * Immutable.
 *
 * <p>Everything that a boot loader relies on was checked when the file was parsed: the file fits the memory that the kernel asks for,
 * the sizes do not wrap, and the kernel begins with a branch to code that the file has. What only the machine can tell, is for
 * {@link Arm64Header#verifyStartsOn}.
 */
public final class Arm64Image implements KernelFile {
    private static final String FORMAT = Arm64Header.FORMAT;

    private final Content content;
    private final Content code;
    private final Arm64Header header;

    private Arm64Image(Content content, Content code, Arm64Header header) {
        this.content = content;
        this.code = code;
        this.header = header;
    }

    /**
     * Reads an Image and checks it.
     *
     * @param file the whole file; zeroes behind the certificates of a signed one are left out. It must not change while the
     *     result is in use
     * @return what is in it
     * @throws MalformedInputException if it is no arm64 Image, then saying what it is, or breaks a rule of the boot protocol
     * @throws IOException if the file cannot be read
     */
    public static Arm64Image parse(Content file) throws IOException {
        Arm64Header header = Arm64Header.parse(file);
        Optional<PeCertificates> certificates = Optional.empty();
        if (header.isEfiProgram()) {
            PeSections.read(FORMAT, file); // for its check that the file has all of them
            certificates = PeCertificates.find(FORMAT, file);
        }
        Content code = file.slice(0, certificates.map(PeCertificates::offset).orElse(file.size()));
        Content content = file.slice(0, certificates.map(PeCertificates::end).orElse(file.size()));
        Arm64Image image = new Arm64Image(content, code, header);
        image.verifySizes();
        return image;
    }

    private void verifySizes() throws MalformedInputException {
        if (code.size() > header.memorySize()) {
            throw malformed(
                    0x10,
                    header.imageSize() == 0
                            ? "a kernel without image_size must not have more than 0x%x bytes, has 0x%x"
                                    .formatted(header.memorySize(), code.size())
                            : "image_size must not be below the size of the file, 0x%x, is 0x%x"
                                    .formatted(code.size(), header.imageSize()));
        }
        long target = header.branchTarget()
                .orElseThrow(() -> malformed(
                        0,
                        "code0 or code1 must be a branch, are 0x%08x and 0x%08x"
                                .formatted(header.code0(), header.code1())));
        if (target < Arm64Header.SIZE || target >= code.size()) {
            throw malformed(
                    0,
                    "code0 or code1 must branch to code behind the header and below 0x%x, not to 0x%x"
                            .formatted(code.size(), target));
        }
    }

    private static MalformedInputException malformed(long offset, String rule) {
        return new MalformedInputException(FORMAT, offset, rule);
    }

    /**
     * {@return the file as kexec_file_load takes it: with its certificates if it is signed, and nothing behind them}
     */
    @Override
    public Content content() {
        return content;
    }

    /**
     * {@return what is loaded: the file without its certificates, at most {@link Arm64Header#memorySize} bytes. Always the same object, so its
     * digest is computed once}
     */
    public Content code() {
        return code;
    }

    /**
     * {@return the header, and what it says of the kernel}
     */
    public Arm64Header header() {
        return header;
    }

    /**
     * {@return whether the file has certificates, that is, was signed for UEFI Secure Boot; the signature is not looked at}
     */
    public boolean isSigned() {
        return code.size() != content.size();
    }

    /**
     * Looks through the kernel for the line that it prints first. It has no fixed place, so this takes some milliseconds.
     *
     * @return the version in words, such as {@code 6.12.117 (builder@host) #1 SMP ...}; empty if there is no such line
     * @throws IOException if the file has shrunk
     */
    public Optional<String> versionString() throws IOException {
        return LinuxBanner.find(code);
    }

    @Override
    public String toString() {
        return "arm64 Image%s, %s, %s pages, %d bytes"
                .formatted(
                        isSigned() ? ", signed" : "",
                        Arm64Header.label(header.byteOrder()),
                        header.pageSize().isPresent()
                                ? Arm64Header.kib(header.pageSize().getAsLong())
                                : "unknown",
                        code.size());
    }
}
