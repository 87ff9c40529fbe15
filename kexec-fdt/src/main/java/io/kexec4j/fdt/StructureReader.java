package io.kexec4j.fdt;

import static io.kexec4j.fdt.Checks.verify;
import static io.kexec4j.fdt.FdtError.BADOFFSET;
import static io.kexec4j.fdt.FdtError.BADSTRUCTURE;
import static io.kexec4j.fdt.FdtError.LIMIT;
import static io.kexec4j.fdt.FdtError.TRUNCATED;

/**
 * Reads the tokens of a structure block, each checked before it is used: one pass, without recursion. What libfdt's
 * fdt_check_full accepts is accepted, what it refuses is refused, but for the limits.
 */
final class StructureReader {
    private final Blob blob;
    private final FdtLimits limits;
    private final Structure structure;
    private final int end;
    private final int stringsOffset;

    /** The number of bytes of the strings block up to which a name may begin: its last NUL and all before it. */
    private final int terminated;

    private final int stringsSize;
    private final NameBudget names;
    private int position;
    private int node = Structure.NONE;
    private int depth;

    StructureReader(Blob blob, FdtHeader header, FdtLimits limits) {
        this.blob = blob;
        this.limits = limits;
        this.structure = new Structure(blob, header);
        this.end = header.structureEnd();
        this.stringsOffset = header.stringsOffset();
        this.stringsSize = header.stringsEnd() - header.stringsOffset();
        this.terminated = lastNul(header) + 1 - stringsOffset;
        this.names = new NameBudget(blob, header);
        this.position = header.structureOffset();
    }

    private int lastNul(FdtHeader header) {
        int at = header.stringsEnd() - 1;
        while (at >= stringsOffset && blob.byteAt(at) != 0) {
            at--;
        }
        return at;
    }

    /** Reads all tokens up to FDT_END; what follows it is not looked at. */
    Structure read() throws FdtException {
        boolean rootEnded = false;
        for (int token = token(); token != Token.END; token = token()) {
            int at = position - Token.SIZE;
            verify(!rootEnded || token == Token.NOP, BADSTRUCTURE, at, "nothing follows the end of the root");
            switch (token) {
                case Token.BEGIN_NODE -> beginNode(at);
                case Token.END_NODE -> {
                    endNode(at);
                    rootEnded = depth == 0;
                }
                case Token.PROP -> property(at);
                case Token.NOP -> {}
                default ->
                    throw FdtException.at(
                            BADSTRUCTURE, at, "a token is FDT_BEGIN_NODE, _END_NODE, _PROP, _NOP or _END");
            }
        }
        verify(node == Structure.NONE, BADSTRUCTURE, position - Token.SIZE, "all nodes end before the tree ends");
        if (structure.nodeCount() == 0) {
            // libfdt accepts a tree without a root; everything else is simpler with an empty one.
            structure.addNode(Structure.NONE, position - Token.SIZE, 0);
        }
        return structure;
    }

    private int token() throws FdtException {
        verify(end - position >= Token.SIZE, TRUNCATED, position, "the structure block ends with FDT_END");
        int token = blob.intAt(position);
        position += Token.SIZE;
        return token;
    }

    private void beginNode(int at) throws FdtException {
        int name = position;
        int nul = blob.nul(name, end);
        verify(nul < end, BADSTRUCTURE, name, "the name of a node ends with a NUL in the structure block");
        skipTo(nul + 1, at);
        verify(depth > 0 || nul == name, BADSTRUCTURE, name, "the root has an empty name");
        depth++;
        verify(depth <= limits.maxDepth(), LIMIT, at, "a tree is not deeper than the limit");
        node = structure.addNode(node, name, nul - name);
    }

    private void endNode(int at) throws FdtException {
        verify(node != Structure.NONE, BADSTRUCTURE, at, "a node ends that has begun");
        node = structure.parent(node);
        depth--;
    }

    private void property(int at) throws FdtException {
        verify(
                end - position >= 2 * Integer.BYTES,
                BADSTRUCTURE,
                at,
                "a property has a length and the offset of a name");
        int length = blob.intAt(position);
        int name = blob.intAt(position + 4);
        position += 2 * Integer.BYTES;
        verify(length >= 0 && length <= end - position, BADSTRUCTURE, at, "a value ends in the structure block");
        skipTo(position + length, at);
        verify(
                name >= 0 && name < stringsSize,
                BADOFFSET,
                at + 8,
                "the name of a property begins in the strings block");
        verify(name < terminated, TRUNCATED, at + 8, "the name of a property ends with a NUL in the strings block");
        int nameLength = names.spend(name, at);
        if (node != Structure.NONE) {
            structure.addProperty(node, at, length, stringsOffset + name, nameLength);
        }
    }

    /** Goes on at the next token behind something, whose padding must be there too. */
    private void skipTo(int next, int at) throws FdtException {
        position = Token.align(next);
        verify(position >= next && position <= end, TRUNCATED, at, "what a token is followed by is padded to 4 bytes");
    }
}
