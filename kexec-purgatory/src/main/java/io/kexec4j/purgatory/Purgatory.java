package io.kexec4j.purgatory;

import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.LinkedObject;
import io.kexec4j.elf.RelocatableObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The code that runs between two kernels: a relocatable object that lies in this jar, and that is linked at the address of its
 * segment with its parameters. There is one an architecture and byte order.
 *
 * <p>Immutable.
 */
public abstract sealed class Purgatory permits Arm64Purgatory, Ppc64Purgatory, X86Purgatory {
    /** How many segments can be checked: as many as the kernel accepts in an image (KEXEC_SEGMENT_MAX). */
    public static final int MAX_CHECKS = 16;

    static final String ENTRY = "purgatory_start";

    private final RelocatableObject object;
    private final ByteOrder order;

    /** The object is of this byte order, and so are its parameters. */
    Purgatory(RelocatableObject object, ByteOrder order) {
        this.object = object;
        this.order = order;
    }

    final ByteOrder order() {
        return order;
    }

    /** Reads an object; the stream is null if there is none, and is closed. */
    static RelocatableObject read(String resource, @Nullable InputStream stream) {
        try (stream) {
            if (stream == null) {
                throw new FileNotFoundException("there is no " + resource);
            }
            return RelocatableObject.parse(ByteBuffer.wrap(stream.readAllBytes()));
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /**
     * {@return the size that it will have in memory in bytes, not negative; a few pages, and where it needs page tables of its own, a
     * dozen more}
     */
    public final long memorySize() {
        return object.memorySize();
    }

    /**
     * {@return the size of its content in bytes, at most {@link #memorySize()}; the memory behind it must be zero}
     */
    public final long contentSize() {
        return object.contentSize();
    }

    /**
     * {@return the alignment in bytes that its address must have, a power of two and not larger than a page}
     */
    public final long alignment() {
        return object.alignment();
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
    final LinkedPurgatory link(
            long address,
            List<SegmentCheck> checks,
            MismatchAction onMismatch,
            Optional<BackupCopy> backup,
            Function<LinkedObject, Map<String, byte[]>> parameters) {
        LinkedObject linked;
        try {
            linked = object.link(address);
        } catch (ElfFormatException e) {
            throw broken(e);
        }
        checks.forEach(check -> refuseToCheckItself(check, address));
        backup.ifPresent(copy -> refuseToCopyItself(copy, address));
        try {
            linked = patch(linked, CommonParameters.of(order, checks, onMismatch, backup));
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

    private void refuseToCopyItself(BackupCopy copy, long address) {
        if (copy.overlaps(address, object.memorySize())) {
            throw new IllegalArgumentException(
                    "0x%x bytes at 0x%x cannot be copied to 0x%x, one of them overlaps the purgatory of 0x%x bytes at 0x%x"
                            .formatted(copy.size(), copy.source(), copy.target(), object.memorySize(), address));
        }
    }

    /** Nothing that a caller could have caused or could handle: the object is a part of this library. */
    private static IllegalStateException broken(Exception cause) {
        return new IllegalStateException("the purgatory in this library is broken: " + cause.getMessage(), cause);
    }
}
