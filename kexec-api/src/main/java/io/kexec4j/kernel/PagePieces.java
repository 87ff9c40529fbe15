package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import io.kexec4j.memory.PhysicalRange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Puts segments together to pieces of whole pages. Zeroes are only written where content follows in the same page: so they are
 * fewer than a page each time, however far a segment reaches behind its content.
 */
final class PagePieces {
    /** The largest page of any architecture that Linux runs on. */
    static final long LARGEST_PAGE = 1 << 16;

    private static final Content ZEROES = Content.of(ByteBuffer.allocate((int) LARGEST_PAGE));

    private final long pageSize;
    private final List<LoadSegment> pieces = new ArrayList<>();
    /** The piece in the making, if there is one: from a page on, with content up to one address and memory up to another. */
    private final List<Content> parts = new ArrayList<>();

    private long start;
    private long contentEnd;
    private long end;

    private PagePieces(long pageSize) {
        this.pageSize = pageSize;
    }

    static List<LoadSegment> of(List<LoadSegment> segments, long pageSize) {
        if (Long.bitCount(pageSize) != 1 || pageSize < 1 || pageSize > LARGEST_PAGE) {
            throw new IllegalArgumentException("no size of a page: " + pageSize);
        }
        PagePieces pieces = new PagePieces(pageSize);
        segments.stream().sorted(Comparator.comparing(LoadSegment::range)).forEach(pieces::add);
        pieces.finish(pieces.up(pieces.end));
        return List.copyOf(pieces.pieces);
    }

    private void add(LoadSegment segment) {
        PhysicalRange range = segment.range();
        if (Long.compareUnsigned(range.end(), -LARGEST_PAGE) > 0) {
            throw new IllegalArgumentException("no machine has the last 64 KiB of the address space: " + range);
        }
        if (Long.compareUnsigned(range.start(), end) < 0) {
            throw new IllegalArgumentException("%s overlaps with what ends at 0x%x".formatted(range, end));
        }
        long page = range.start() & -pageSize;
        boolean contentInPage = Long.compareUnsigned(contentEnd, page) > 0;
        if (start == end || Long.compareUnsigned(page, up(end)) >= 0 || (!contentInPage && page != start)) {
            // Zeroes that reach into this page need not be written into the piece that ends here.
            finish(start == end || Long.compareUnsigned(page, up(end)) >= 0 ? up(end) : page);
            start = page;
            contentEnd = page;
        }
        if (segment.content().size() > 0) {
            parts.add(ZEROES.slice(0, range.start() - contentEnd));
            parts.add(segment.content());
            contentEnd = range.start() + segment.content().size();
        }
        end = range.end();
    }

    private void finish(long pieceEnd) {
        if (start != end) {
            pieces.add(new LoadSegment(new PhysicalRange(start, pieceEnd), Content.concat(parts)));
        }
        parts.clear();
    }

    private long up(long address) {
        return (address + pageSize - 1) & -pageSize;
    }
}
