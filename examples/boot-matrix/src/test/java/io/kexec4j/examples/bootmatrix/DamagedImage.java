package io.kexec4j.examples.bootmatrix;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.boot.x86.X86Option;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.linux.Kexec;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.SerialConsole;
import io.kexec4j.target.TargetFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs in a guest: loads an image in which one bit of a segment is not what its digest was computed of. */
final class DamagedImage {
    private DamagedImage() {}

    /**
     * Loads it.
     *
     * @param arguments the kernel, the initrd, the label of the segment to damage, and names of {@link X86Option}s
     */
    public static void main(String[] arguments) throws IOException {
        KexecImageBuilder builder = KexecImageBuilder.forTarget(
                        TargetFiles.ofRunningSystem().read())
                .kernel(Path.of(arguments[0]))
                .initrd(Path.of(arguments[1]))
                .verification(new Verification(
                        true, MismatchAction.RESET, Optional.of(new SerialConsole(0x3f8, SerialConsole.KEEP_BAUD))));
        List.of(arguments).stream().skip(3).map(X86Option::valueOf).forEach(builder::option);
        KexecImage intact = builder.build();
        List<Segment> segments = intact.segments().stream()
                .map(segment -> segment.role().label().equals(arguments[2]) ? damaged(segment) : segment)
                .toList();
        Kexec.system().load(intact.withSegments(segments));
    }

    private static Segment damaged(Segment segment) {
        try {
            byte[] bytes = segment.content().copy(0, (int) segment.content().size());
            bytes[bytes.length / 2] ^= 1;
            return segment.withContent(Content.of(bytes));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
