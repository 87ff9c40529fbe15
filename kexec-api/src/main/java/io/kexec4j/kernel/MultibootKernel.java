package io.kexec4j.kernel;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.kernel.MultibootHeader.Addresses;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A kernel with a multiboot header, such as Xen: an ELF file, or any file whose header says where its bytes go (Multiboot
 * Specification 0.6.96; Multiboot2 Specification 2.0). Immutable.
 *
 * <p>A file can have a header of each version. Version 2 counts then, unless it cannot be used, or {@link #withHeader} chooses the
 * other.
 */
public final class MultibootKernel implements KernelFile {
    private static final String FORMAT = "multiboot kernel";
    /** {@code load_addr} of version 2 for a file that is loaded from its first byte on. */
    private static final long FROM_START = 0xffff_ffffL;

    private final Content file;
    private final List<MultibootHeader> headers;
    private final MultibootHeader header;
    private final Optional<ElfKernel> elf;
    private final List<LoadSegment> segments;
    private final long entry;

    private MultibootKernel(Content file, List<MultibootHeader> headers, MultibootHeader header) throws IOException {
        this.file = file;
        this.headers = headers;
        this.header = header;
        this.elf = header.addresses().isPresent() ? Optional.empty() : Optional.of(elf(file, header));
        this.segments = elf.isPresent()
                ? elf.get().segments()
                : List.of(placed(file, header, header.addresses().orElseThrow()));
        this.entry = entry(header, elf, segments);
    }

    /**
     * Reads a multiboot kernel and checks it.
     *
     * @param file the whole file; it must not change while the result is in use
     * @return what is in it, by its newest header that can be used
     * @throws MalformedInputException if there is no header, or each asks for something unknown, or has addresses or leaves them to
     *     an ELF file that are malformed
     * @throws IOException if the file cannot be read
     */
    public static MultibootKernel parse(Content file) throws IOException {
        Marks marks = new Marks(file.head(FORMAT, ByteOrder.LITTLE_ENDIAN, Multiboot2Header.SEARCH)
                .bytes());
        List<MultibootHeader> headers = new ArrayList<>();
        List<MalformedInputException> refusals = new ArrayList<>();
        OptionalInt second = MultibootMarks.version2(marks);
        if (second.isPresent()) {
            try {
                headers.add(Multiboot2Reader.read(view(marks, Multiboot2Header.SEARCH), second.getAsInt()));
            } catch (MalformedInputException e) {
                refusals.add(e);
            }
        }
        OptionalInt first = MultibootMarks.version1(marks);
        if (first.isPresent()) {
            try {
                headers.add(Multiboot1Header.read(view(marks, Multiboot1Header.SEARCH), first.getAsInt()));
            } catch (MalformedInputException e) {
                refusals.add(e);
            }
        }
        if (headers.isEmpty() && refusals.isEmpty()) {
            throw new MalformedInputException(
                    FORMAT,
                    0,
                    "there must be a multiboot header in the first 8 KiB, or one of version 2 in the first 32 KiB, but this is "
                            + KernelFiles.identify(file).description());
        }
        return usable(file, List.copyOf(headers), refusals);
    }

    /** By the newest header that can be used; if none can, the newest problem is thrown, and has the others with it. */
    private static MultibootKernel usable(
            Content file, List<MultibootHeader> headers, List<MalformedInputException> refusals) throws IOException {
        for (MultibootHeader header : headers) {
            try {
                return new MultibootKernel(file, headers, header);
            } catch (MalformedInputException e) {
                refusals.add(e);
            }
        }
        MalformedInputException newest = refusals.get(0);
        refusals.stream().skip(1).forEach(newest::addSuppressed);
        throw newest;
    }

    /** Whether there is a header, of either version. */
    static boolean hasHeader(Content file) throws IOException {
        Marks marks = new Marks(file.head(FORMAT, ByteOrder.LITTLE_ENDIAN, Multiboot2Header.SEARCH)
                .bytes());
        return MultibootMarks.version2(marks).isPresent()
                || MultibootMarks.version1(marks).isPresent();
    }

    /** The bytes that a header must lie in. */
    private static ByteView view(Marks marks, int search) throws MalformedInputException {
        return ByteView.of(FORMAT, marks.bytes(), ByteOrder.LITTLE_ENDIAN).slice(0, Math.min(search, marks.size()));
    }

    private static ElfKernel elf(Content file, MultibootHeader header) throws IOException {
        try {
            return ElfKernel.parse(file);
        } catch (MalformedInputException e) {
            throw e.within("a multiboot kernel whose header at 0x%x has no addresses".formatted(header.offset()));
        }
    }

    private static LoadSegment placed(Content file, MultibootHeader header, Addresses addresses)
            throws MalformedInputException {
        boolean fromStart = header.version() == 2 && addresses.load() == FROM_START;
        long load = fromStart ? addresses.header() - header.offset() : addresses.load();
        long offset = header.offset() - (addresses.header() - load);
        verify(
                load >= 0 && load <= addresses.header() && offset >= 0,
                header,
                "load_addr must lie at or below header_addr 0x%x, and not before the file's first byte, is 0x%x"
                        .formatted(addresses.header(), addresses.load()));
        long size = addresses.loadEnd() == 0 ? file.size() - offset : addresses.loadEnd() - load;
        verify(
                size > 0 && size <= file.size() - offset,
                header,
                "load_end_addr must leave bytes from 0x%x on that the file has, which ends 0x%x bytes behind, is 0x%x"
                        .formatted(load, file.size() - offset, addresses.loadEnd()));
        long end = addresses.bssEnd() == 0 ? load + size : addresses.bssEnd();
        verify(
                end >= load + size && end <= 1L << 32,
                header,
                "bss_end_addr must not lie below the end of what is loaded, 0x%x, nor that behind 4 GiB, is 0x%x"
                        .formatted(load + size, addresses.bssEnd()));
        return new LoadSegment(new PhysicalRange(load, end), file.slice(offset, size));
    }

    private static long entry(MultibootHeader header, Optional<ElfKernel> elf, List<LoadSegment> segments)
            throws MalformedInputException {
        if (header.entryAddress().isEmpty()) {
            verify(elf.isPresent(), header, "a header with addresses must have an entry address too");
            return elf.orElseThrow().entry();
        }
        long entry = header.entryAddress().getAsLong();
        verify(
                segments.stream().anyMatch(segment -> segment.range().contains(entry)),
                header,
                "the entry must lie in what is loaded, is 0x%x".formatted(entry));
        return entry;
    }

    private static void verify(boolean holds, MultibootHeader header, String rule) throws MalformedInputException {
        if (!holds) {
            throw new MalformedInputException(FORMAT, header.offset(), rule);
        }
    }

    /**
     * {@return the same kernel by another of its headers}
     *
     * @param other one of {@link #headers}
     * @throws IllegalArgumentException if it is none of them
     * @throws MalformedInputException if its addresses, or the ELF file that it leaves them to, are malformed
     * @throws IOException if the file cannot be read
     */
    public MultibootKernel withHeader(MultibootHeader other) throws IOException {
        if (!headers.contains(other)) {
            throw new IllegalArgumentException("not a header of this kernel: " + other);
        }
        return new MultibootKernel(file, headers, other);
    }

    /**
     * {@return the header that counts}
     */
    public MultibootHeader header() {
        return header;
    }

    /**
     * {@return every header that asks for nothing unknown, the newest version first}
     */
    public List<MultibootHeader> headers() {
        return headers;
    }

    @Override
    public Content content() {
        return file;
    }

    /**
     * {@return the ELF file that this is, if the header leaves the addresses to it}
     */
    public Optional<ElfKernel> elf() {
        return elf;
    }

    /**
     * {@return what is loaded, and where}
     */
    public List<LoadSegment> segments() {
        return segments;
    }

    /**
     * {@return the physical address where the kernel is entered, unsigned; in one of the {@link #segments}}
     */
    public long entry() {
        return entry;
    }

    @Override
    public String toString() {
        return "multiboot%s kernel%s, entry 0x%x"
                .formatted(header.version() == 2 ? "2" : "", elf.isPresent() ? " in an ELF file" : "", entry);
    }
}
