package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.kernel.PeSections.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A unified kernel image: an EFI program whose sections are a kernel and what it needs to start, in one or more variants that are
 * called profiles (UAPI.5, "Unified Kernel Image"). Immutable.
 *
 * <p>The sections before the first {@code .profile} are the base. Each {@code .profile} begins a profile, whose sections replace
 * those of the base that have the same name. An image without any has one profile, the base itself. Unless told otherwise, the
 * first is started: {@code profile(0)}.
 *
 * <p>Signatures are not looked at here.
 */
public final class Uki implements KernelFile {
    private static final String FORMAT = "UKI";
    private static final String PROFILE = ".profile";

    /** More than anybody has made, so that hostile ones take no time. */
    private static final int MOST_PROFILES = 256;

    private final Content content;
    private final int machine;
    private final List<UkiProfile> profiles;

    private Uki(Content content, int machine, List<UkiProfile> profiles) {
        this.content = content;
        this.machine = machine;
        this.profiles = profiles;
    }

    /**
     * Reads a unified kernel image and checks it, the kernels in it too.
     *
     * @param file the whole file; it must not change while the result is in use
     * @param limits how much it may take to decompress kernels in it that are compressed as a whole, all of them together
     * @return what is in it
     * @throws MalformedInputException if it is none, or a profile has no kernel, or one that is malformed
     * @throws io.kexec4j.error.UnsupportedCombinationException if the decoder of a compressed kernel is not there
     * @throws IOException if the file cannot be read
     */
    public static Uki parse(Content file, Decompression limits) throws IOException {
        return parse(file, new Budget(limits, Progress.NONE));
    }

    static Uki parse(Content file, Budget budget) throws IOException {
        PeSections program = PeSections.read(FORMAT, file);
        List<Map<String, List<Section>>> groups = groups(program.sections());
        Map<String, List<Section>> base = groups.get(0);
        Map<Section, KernelFile> kernels = new LinkedHashMap<>();
        List<UkiProfile> profiles = new ArrayList<>();
        for (int i = groups.size() == 1 ? 0 : 1; i < groups.size(); i++) {
            Map<String, List<Section>> sections = new LinkedHashMap<>(base);
            sections.putAll(groups.get(i));
            profiles.add(new UkiProfile(
                    profiles.size(), kernel(sections, kernels, budget, profiles.size()), contents(sections)));
        }
        return new Uki(file, program.machine(), List.copyOf(profiles));
    }

    /** The base, and what each profile has of its own. */
    private static List<Map<String, List<Section>>> groups(List<Section> sections) throws MalformedInputException {
        List<Map<String, List<Section>>> groups = new ArrayList<>();
        groups.add(new LinkedHashMap<>());
        for (Section section : sections) {
            if (section.name().equals(PROFILE)) {
                if (groups.size() > MOST_PROFILES) {
                    throw new MalformedInputException(
                            FORMAT, section.at(), "there must be at most %d profiles".formatted(MOST_PROFILES));
                }
                groups.add(new LinkedHashMap<>());
            }
            List<Section> same =
                    groups.get(groups.size() - 1).computeIfAbsent(section.name(), name -> new ArrayList<>());
            if (!same.isEmpty() && UkiProfile.SINGLE.contains(section.name())) {
                throw new MalformedInputException(
                        FORMAT,
                        section.at(),
                        "a profile must have one section %s at most, but there is another at 0x%x"
                                .formatted(section.name(), same.get(0).at()));
            }
            same.add(section);
        }
        return groups;
    }

    /** Profiles mostly share a kernel, which is then read once. */
    private static KernelFile kernel(
            Map<String, List<Section>> sections, Map<Section, KernelFile> kernels, Budget budget, int profile)
            throws IOException {
        List<Section> found = sections.getOrDefault(UkiProfile.LINUX, List.of());
        if (found.isEmpty()) {
            throw new MalformedInputException(
                    FORMAT, 0, "there must be a section .linux, but profile %d has none".formatted(profile));
        }
        Section section = found.get(0);
        KernelFile kernel = kernels.get(section);
        if (kernel == null) {
            try {
                kernel = Unwrapping.inUki(budget).parse(section.content());
            } catch (MalformedInputException e) {
                throw e.within("section .linux of a UKI");
            }
            kernels.put(section, kernel);
        }
        return kernel;
    }

    private static Map<String, List<Content>> contents(Map<String, List<Section>> sections) {
        Map<String, List<Content>> contents = new LinkedHashMap<>();
        sections.forEach((name, same) ->
                contents.put(name, same.stream().map(Section::content).toList()));
        return contents;
    }

    /**
     * {@return the whole image, which no kernel takes as it is; see {@link UkiProfile#kernel}}
     */
    @Override
    public Content content() {
        return content;
    }

    /**
     * {@return {@code Machine} in the header of the EFI program: 0x8664 for x86_64, 0xaa64 for arm64}
     */
    public int machine() {
        return machine;
    }

    /**
     * {@return every profile; one or more}
     */
    public List<UkiProfile> profiles() {
        return profiles;
    }

    /**
     * {@return a profile}
     *
     * @param number its number; 0 is what is started unless another one is asked for
     * @throws IndexOutOfBoundsException if there is none with this number
     */
    public UkiProfile profile(int number) {
        return profiles.get(number);
    }

    @Override
    public String toString() {
        return profiles.size() == 1
                ? "UKI with " + profile(0).kernel()
                : "UKI with %d profiles, the first with %s"
                        .formatted(profiles.size(), profile(0).kernel());
    }
}
