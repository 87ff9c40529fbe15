package io.kexec4j.purgatory;

import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.LinkedObject;
import io.kexec4j.elf.RelocatableObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the purgatories of all architectures have in common: an object in this jar that is linked, and whose parameters are set. */
record PurgatoryObject(RelocatableObject object) {
    /** As many as the kernel accepts in an image (KEXEC_SEGMENT_MAX). */
    static final int MAX_CHECKS = 16;

    static final String ENTRY = "purgatory_start";

    /** Reads the object; the stream is null if there is none, and is closed. */
    static PurgatoryObject read(String resource, @Nullable InputStream stream) {
        try (stream) {
            if (stream == null) {
                throw new FileNotFoundException("there is no " + resource);
            }
            return new PurgatoryObject(RelocatableObject.parse(ByteBuffer.wrap(stream.readAllBytes())));
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** A copy of the checks, which fit, and which somebody hears of. */
    static List<SegmentCheck> checked(List<SegmentCheck> checks, MismatchAction onMismatch, boolean hasConsole) {
        if (checks.size() > MAX_CHECKS) {
            throw new IllegalArgumentException(
                    "the purgatory can check %d segments, not %d".formatted(MAX_CHECKS, checks.size()));
        }
        if (onMismatch == MismatchAction.HALT && !hasConsole) {
            throw new IllegalArgumentException("halting on a mismatch needs a console: a machine that stops without a"
                    + " word cannot be told from one that hangs");
        }
        return List.copyOf(checks);
    }

    /** Links it, and sets the parameters that all have and those that are asked for. */
    LinkedPurgatory link(
            long address,
            List<SegmentCheck> checks,
            MismatchAction onMismatch,
            Function<LinkedObject, Map<String, byte[]>> parameters) {
        LinkedObject linked;
        try {
            linked = object.link(address);
        } catch (ElfFormatException e) {
            throw broken(e);
        }
        checks.forEach(check -> refuseToCheckItself(check, address));
        try {
            linked = patch(linked, CommonParameters.of(checks, onMismatch));
            linked = patch(linked, parameters.apply(linked));
            return new LinkedPurgatory(
                    linked.address(), linked.symbolAddress(ENTRY), linked.memorySize(), linked.content());
        } catch (IllegalArgumentException e) {
            // The object does not have the variables that this library knows.
            throw broken(e);
        }
    }

    private static LinkedObject patch(LinkedObject object, Map<String, byte[]> parameters) {
        LinkedObject linked = object;
        for (Map.Entry<String, byte[]> parameter : parameters.entrySet()) {
            linked = linked.patch(parameter.getKey(), parameter.getValue());
        }
        return linked;
    }

    private void refuseToCheckItself(SegmentCheck check, long address) {
        if (check.overlaps(address, object.memorySize())) {
            throw new IllegalArgumentException(
                    "segment %s of 0x%x bytes at 0x%x cannot be checked, it overlaps the purgatory of 0x%x bytes at 0x%x"
                            .formatted(check.name(), check.memorySize(), check.start(), object.memorySize(), address));
        }
    }

    /** Nothing that a caller could have caused or could handle: the object is a part of this library. */
    private static IllegalStateException broken(Exception cause) {
        return new IllegalStateException("the purgatory in this library is broken: " + cause.getMessage(), cause);
    }
}
