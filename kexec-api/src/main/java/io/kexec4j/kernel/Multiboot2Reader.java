package io.kexec4j.kernel;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.kernel.Multiboot2Header.Relocatable;
import io.kexec4j.kernel.Multiboot2Header.Request;
import io.kexec4j.kernel.Multiboot2Header.Tag;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the tags of a multiboot2 header. */
final class Multiboot2Reader {
    private static final int END = 0;
    private static final int INFORMATION_REQUEST = 1;
    private static final int ADDRESS = 2;
    private static final int ENTRY_ADDRESS = 3;
    private static final int CONSOLE = 4;
    private static final int FRAMEBUFFER = 5;
    private static final int MODULE_ALIGNMENT = 6;
    private static final int BOOT_SERVICES = 7;
    private static final int EFI32_ENTRY = 8;
    private static final int EFI64_ENTRY = 9;
    private static final int RELOCATABLE = 10;

    private static final int OPTIONAL = 1;
    private static final int TAG = 8;

    private final ByteView head;
    private final List<Request> requests = new ArrayList<>();
    private final List<Tag> unknown = new ArrayList<>();
    private Optional<MultibootHeader.Addresses> addresses = Optional.empty();
    private OptionalLong entry = OptionalLong.empty();
    private OptionalLong console = OptionalLong.empty();
    private Optional<MultibootHeader.Framebuffer> framebuffer = Optional.empty();
    private boolean alignsModules;
    private boolean bootServices;
    private OptionalLong efi32 = OptionalLong.empty();
    private OptionalLong efi64 = OptionalLong.empty();
    private Optional<Relocatable> relocatable = Optional.empty();

    private Multiboot2Reader(ByteView head) {
        this.head = head;
    }

    static Multiboot2Header read(ByteView head, int offset) throws MalformedInputException {
        Multiboot2Reader reader = new Multiboot2Reader(head);
        long length = head.u32(offset + 8);
        head.verify(
                length >= Multiboot2Header.SIZE + TAG && length <= head.size() - offset,
                offset + 8,
                "header_length must be 24 or more and end within the first 0x%x bytes, is 0x%x"
                        .formatted(head.size(), length));
        reader.tags(offset + Multiboot2Header.SIZE, offset + length);
        return new Multiboot2Header(
                offset,
                (int) head.u32(offset + 4),
                reader.requests,
                reader.addresses,
                reader.entry,
                reader.console,
                reader.framebuffer,
                reader.alignsModules,
                reader.bootServices,
                reader.efi32,
                reader.efi64,
                reader.relocatable,
                reader.unknown);
    }

    private void tags(long first, long end) throws MalformedInputException {
        long at = first;
        while (true) {
            head.verify(at <= end - TAG, at, "the tags must end with one of type 0 within header_length");
            int type = head.u16(at);
            int flags = head.u16(at + 2);
            long size = head.u32(at + 4);
            head.verify(
                    size >= TAG && size <= end - at,
                    at + 4,
                    "a tag must have 8 bytes or more, and end within header_length, but type %d has %d"
                            .formatted(type, size));
            if (type == END) {
                head.verify(size == TAG, at + 4, "the last tag must have 8 bytes, has %d".formatted(size));
                return;
            }
            tag(type, flags, head.slice(at, size), at);
            at = (at + size + TAG - 1) & -TAG;
        }
    }

    private void tag(int type, int flags, ByteView tag, long at) throws MalformedInputException {
        boolean optional = (flags & OPTIONAL) != 0;
        switch (type) {
            case INFORMATION_REQUEST -> {
                for (long i = TAG; i <= tag.size() - Integer.BYTES; i += Integer.BYTES) {
                    requests.add(new Request(tag.u32(i), optional));
                }
            }
            case ADDRESS ->
                addresses =
                        Optional.of(new MultibootHeader.Addresses(tag.u32(8), tag.u32(12), tag.u32(16), tag.u32(20)));
            case ENTRY_ADDRESS -> entry = OptionalLong.of(tag.u32(8));
            case CONSOLE -> console = OptionalLong.of(tag.u32(8));
            case FRAMEBUFFER ->
                framebuffer = Optional.of(new MultibootHeader.Framebuffer(tag.u32(8), tag.u32(12), tag.u32(16)));
            case MODULE_ALIGNMENT -> alignsModules = true;
            case BOOT_SERVICES -> bootServices |= !optional;
            case EFI32_ENTRY -> efi32 = OptionalLong.of(tag.u32(8));
            case EFI64_ENTRY -> efi64 = OptionalLong.of(tag.u32(8));
            case RELOCATABLE -> relocatable = Optional.of(relocatable(tag));
            default -> {
                head.verify(optional, at, "a tag of unknown type %d must be optional, but is required".formatted(type));
                unknown.add(new Tag(type, flags, content(tag)));
            }
        }
    }

    private static Relocatable relocatable(ByteView tag) throws MalformedInputException {
        Relocatable place = new Relocatable(tag.u32(8), tag.u32(12), tag.u32(16), tag.u32(20));
        tag.verify(
                Long.bitCount(place.alignment()) == 1,
                16,
                "the alignment of a relocatable kernel must be a power of two, is 0x%x".formatted(place.alignment()));
        tag.verify(
                place.min() < place.max(),
                8,
                "min_addr of a relocatable kernel must be below max_addr 0x%x, is 0x%x"
                        .formatted(place.max(), place.min()));
        return place;
    }

    /** A copy, so that the rest of the file's head can go. */
    private static Content content(ByteView tag) throws MalformedInputException {
        ByteBuffer bytes = tag.slice(TAG, tag.size() - TAG).bytes();
        return Content.of(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
    }
}
