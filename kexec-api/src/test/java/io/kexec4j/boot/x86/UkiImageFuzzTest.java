package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Initrds;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.KexecException;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.kernel.BzImageBuilder;
import io.kexec4j.kernel.Decompression;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.kernel.MultibootImages;
import io.kexec4j.kernel.Uki;
import io.kexec4j.kernel.UkiImages;
import io.kexec4j.kernel.UkiProfile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Any unified kernel image on a PC: the image of the kernel, initrd and command line that it brings, or a declared error. */
class UkiImageFuzzTest {
    private static final List<String> NAMES = List.of(
            ".linux",
            ".initrd",
            ".ucode",
            ".cmdline",
            ".profile",
            ".dtb",
            ".dtbauto",
            ".uname",
            ".osrel",
            ".sbat",
            ".other");
    private static final Decompression LIMITS = new Decompression(1 << 20, 8 << 20);
    private static final PhysicalRange ANYWHERE = new PhysicalRange(0, -1);

    @FuzzTest
    void anySections(FuzzedDataProvider data) throws IOException {
        byte[] file = file(data);
        Target target = data.consumeBoolean() ? Machines.pcAbove4G(6 * Machines.GIB) : Machines.pc(Machines.GIB);
        int profile = data.consumeInt(0, 3);
        Optional<String> commandLine =
                data.consumeBoolean() ? Optional.of(data.consumeAsciiString(60).replace('\0', '0')) : Optional.empty();
        Optional<Content> initrd =
                data.consumeBoolean() ? Optional.of(Content.zeroes(data.consumeLong(1, 1 << 20))) : Optional.empty();
        try {
            KernelFile kernel = KernelFile.parse(Content.of(file), LIMITS);
            KexecImageBuilder builder = KexecImageBuilder.forTarget(target)
                    .kernel(kernel)
                    .profile(profile)
                    .random(bytes -> Arrays.fill(bytes, (byte) 7));
            commandLine.ifPresent(builder::commandLine);
            initrd.ifPresent(builder::initrd);
            KexecImage image = builder.build();
            if (kernel instanceof Uki uki) {
                UkiProfile chosen = uki.profile(profile);
                String told = commandLine.or(() -> orFail(chosen)).orElse("");
                assertImage(image, target, chosen, initrd.or(() -> own(chosen)), told);
            }
        } catch (MalformedInputException | KexecException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void assertImage(
            KexecImage image, Target target, UkiProfile chosen, Optional<Content> initrd, String commandLine)
            throws IOException {
        if (chosen.kernel() instanceof BzImage kernel) {
            new ImageRules(target, kernel, initrd, commandLine, ANYWHERE, kernel.has64BitEntry()).assertKeptBy(image);
        } else {
            ImageRules.assertPlaces(image, target, ANYWHERE, true);
        }
    }

    private static Optional<String> orFail(UkiProfile profile) {
        try {
            return profile.commandLine();
        } catch (IOException e) {
            throw new AssertionError("the image was built with it", e);
        }
    }

    private static Optional<Content> own(UkiProfile profile) {
        return profile.initrds().isEmpty() ? Optional.empty() : Optional.of(Initrds.join(profile.initrds()));
    }

    private static byte[] file(FuzzedDataProvider data) throws IOException {
        UkiImages image = new UkiImages().section(".linux", kernel(data));
        for (int count = data.consumeInt(0, 8); count > 0; count--) {
            String name = data.pickValue(NAMES);
            byte[] content = name.equals(".linux")
                    ? kernel(data)
                    : data.consumeString(40).getBytes(StandardCharsets.UTF_8);
            image.section(name, content, data.consumeBoolean() ? data.consumeInt() & 0xffff_ffffL : content.length);
        }
        byte[] file = image.bytes();
        for (int count = data.consumeInt(0, 6); count > 0; count--) {
            file[data.consumeInt(0, file.length - 1)] = data.consumeByte();
        }
        return file;
    }

    private static byte[] kernel(FuzzedDataProvider data) throws IOException {
        byte[] kernel = switch (data.consumeInt(0, 4)) {
            case 1 ->
                MultibootImages.file(
                        0x100, 0x10, MultibootImages.header1(0x10000, 0x20_0010, 0x20_0000, 0, 0, 0x20_0020));
            case 2 -> data.consumeBytes(100);
            case 3 -> new UkiImages().section(".linux", new byte[100]).bytes();
            default -> bzImage(data);
        };
        return data.consumeBoolean() ? gzip(kernel) : kernel;
    }

    private static byte[] bzImage(FuzzedDataProvider data) {
        BzImageBuilder file = new BzImageBuilder().code(new byte[0x400]);
        for (int count = data.consumeInt(0, 2); count > 0; count--) {
            file.set(data.pickValue(file.fields()).name(), data.consumeLong() >> data.consumeInt(0, 63));
        }
        return file.bytes();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (OutputStream encoder = new GZIPOutputStream(stream)) {
            encoder.write(bytes);
        }
        return stream.toByteArray();
    }
}
