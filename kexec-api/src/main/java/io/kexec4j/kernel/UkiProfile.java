package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One way to start a {@link Uki}: a kernel and what it is given. Immutable. Texts are checked when they are asked for.
 */
public final class UkiProfile {
    static final String LINUX = ".linux";

    /** Sections that a profile has once or not at all (UAPI.5, "UKI Components"). */
    static final Set<String> SINGLE = Set.of(
            LINUX,
            ".osrel",
            ".cmdline",
            ".initrd",
            ".ucode",
            ".splash",
            ".uname",
            ".sbat",
            ".pcrsig",
            ".pcrpkey",
            ".profile");

    private static final String FORMAT = "UKI";
    /** More than any of these texts has; the kernels of all architectures take fewer bytes of command line. */
    private static final int LONGEST_TEXT = 1 << 20;

    private final int number;
    private final KernelFile kernel;
    private final Map<String, List<Content>> sections;

    UkiProfile(int number, KernelFile kernel, Map<String, List<Content>> sections) {
        this.number = number;
        this.kernel = kernel;
        this.sections = sections;
    }

    /**
     * {@return its number, from 0}
     */
    public int number() {
        return number;
    }

    /**
     * {@return the kernel in {@code .linux}; never another UKI}
     */
    public KernelFile kernel() {
        return kernel;
    }

    /**
     * {@return the initial RAM disks, in the order in which the kernel must see them: that of the microcode, {@code .ucode}, then
     * {@code .initrd}; each only if it is there}
     */
    public List<Content> initrds() {
        return Stream.of(".ucode", ".initrd")
                .flatMap(name -> section(name).stream())
                .toList();
    }

    /**
     * Reads the command line, {@code .cmdline}, as systemd-stub passes it on: up to the first NUL, with spaces for control
     * characters, and without those at its end.
     *
     * @return the command line; empty if there is no such section
     * @throws MalformedInputException if it is no UTF-8, or has more than 1 MiB
     * @throws IOException if the file cannot be read
     */
    public Optional<String> commandLine() throws IOException {
        Optional<String> text = text(".cmdline");
        if (text.isEmpty()) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.get());
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) < ' ') {
                line.setCharAt(i, ' ');
            }
        }
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == ' ') {
            end--;
        }
        return Optional.of(line.substring(0, end));
    }

    /**
     * {@return the device trees in sections {@code .dtb}, then those in {@code .dtbauto}; which one suits a machine is for the reader
     * to find out}
     */
    public List<Content> deviceTrees() {
        return Stream.of(".dtb", ".dtbauto")
                .flatMap(name -> sections(name).stream())
                .toList();
    }

    /**
     * {@return what {@code uname -r} says under this kernel, {@code .uname}; empty if there is no such section}
     *
     * @throws MalformedInputException if it is no UTF-8, or has more than 1 MiB
     * @throws IOException if the file cannot be read
     */
    public Optional<String> uname() throws IOException {
        return text(".uname").map(String::strip);
    }

    /**
     * {@return the content of {@code /etc/os-release} of the system that this starts, {@code .osrel}; empty if there is no such
     * section}
     *
     * @throws MalformedInputException if it is no UTF-8, or has more than 1 MiB
     * @throws IOException if the file cannot be read
     */
    public Optional<String> osRelease() throws IOException {
        return text(".osrel");
    }

    /**
     * {@return what this profile says about itself, {@code .profile}: lines such as {@code ID=factory-reset}; empty if the image
     * has no profiles}
     *
     * @throws MalformedInputException if it is no UTF-8, or has more than 1 MiB
     * @throws IOException if the file cannot be read
     */
    public Optional<String> description() throws IOException {
        return text(".profile");
    }

    /**
     * {@return {@code ID=} of {@link #description}, without quotes; empty if there is none}
     *
     * @throws MalformedInputException if the description is no UTF-8, or has more than 1 MiB
     * @throws IOException if the file cannot be read
     */
    public Optional<String> id() throws IOException {
        return value("ID=");
    }

    /**
     * {@return {@code TITLE=} of {@link #description}, without quotes; empty if there is none}
     *
     * @throws MalformedInputException if the description is no UTF-8, or has more than 1 MiB
     * @throws IOException if the file cannot be read
     */
    public Optional<String> title() throws IOException {
        return value("TITLE=");
    }

    private Optional<String> value(String key) throws IOException {
        return description().stream()
                .flatMap(String::lines)
                .map(String::strip)
                .filter(line -> line.startsWith(key))
                .map(line -> unquote(line.substring(key.length())))
                .findFirst();
    }

    private static String unquote(String value) {
        boolean quoted = value.length() >= 2
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /**
     * {@return the content of a section, such as {@code .sbat}, {@code .splash} or {@code .pcrsig}; the first if there are several,
     * empty if there is none}
     *
     * @param name its name, of up to 8 characters
     */
    public Optional<Content> section(String name) {
        return sections(name).stream().findFirst();
    }

    /**
     * {@return the contents of all sections of a name, in the order of the file; empty if there is none}
     *
     * @param name their name, of up to 8 characters
     */
    public List<Content> sections(String name) {
        return sections.getOrDefault(name, List.of());
    }

    private Optional<String> text(String name) throws IOException {
        Optional<Content> section = section(name);
        if (section.isEmpty()) {
            return Optional.empty();
        }
        Content content = section.get();
        if (content.size() > LONGEST_TEXT) {
            throw new MalformedInputException(
                    FORMAT,
                    0,
                    "section %s must have at most %d bytes, has %d".formatted(name, LONGEST_TEXT, content.size()));
        }
        ByteBuffer bytes = ByteBuffer.wrap(content.copy(0, (int) content.size()));
        int end = 0;
        while (end < bytes.limit() && bytes.get(end) != 0) {
            end++;
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.limit(end)).toString());
        } catch (CharacterCodingException e) {
            MalformedInputException malformed =
                    new MalformedInputException(FORMAT, 0, "section %s must be UTF-8".formatted(name));
            malformed.initCause(e);
            throw malformed;
        }
    }

    @Override
    public String toString() {
        return "profile %d with %s".formatted(number, kernel);
    }
}
