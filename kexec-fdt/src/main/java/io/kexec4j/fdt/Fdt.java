package io.kexec4j.fdt;

import static io.kexec4j.fdt.FdtError.TRUNCATED;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A flattened device tree, also called a blob, DTB or FDT: a view of bytes that were checked once
 * (Devicetree Specification v0.4, chapter 5). Versions 16 and 17 are read, and newer ones that say they are compatible.
 * The bytes of a buffer with an array are used where they are, and must not change as long as the view is used; those of
 * another buffer, such as a mapped file, are copied once.
 *
 * <p>What is accepted is what libfdt accepts (fdt_check_full): the tokens make a tree, every offset lies where it must, every
 * string ends. The specification demands more; {@link SpecificationRules} tells what of it is broken, and {@link
 * #readStrictly(ByteBuffer)} accepts nothing that breaks it.
 *
 * <p>Nodes are looked up through indexes, which are made when they are first needed: a path costs as much as it is long,
 * however large the tree. To change something, {@linkplain #edit() edit} it.
 */
public final class Fdt implements DeviceTree {
    private final Blob blob;
    private final FdtHeader header;
    private final List<MemoryReservation> reservations;
    private final Structure structure;

    private volatile @Nullable NameIndex names;
    private volatile @Nullable NameIndex baseNames;
    private volatile @Nullable PhandleIndex<FdtNode> phandles;
    private volatile @Nullable PropertyIndex<FdtNode> properties;

    private Fdt(Blob blob, FdtHeader header, List<MemoryReservation> reservations, Structure structure) {
        this.blob = blob;
        this.header = header;
        this.reservations = reservations;
        this.structure = structure;
    }

    /**
     * Reads a blob, at most {@linkplain FdtLimits#DEFAULT 64 nodes deep}.
     *
     * @param blob the bytes from its position to its limit, neither of which is changed; more bytes than the blob has may
     *     follow it
     * @return the tree
     * @throws FdtException if a rule is broken
     */
    public static Fdt read(ByteBuffer blob) throws FdtException {
        return read(blob, FdtLimits.DEFAULT);
    }

    /**
     * Reads a blob.
     *
     * @param blob the bytes from its position to its limit, neither of which is changed; more bytes than the blob has may
     *     follow it
     * @param limits what is too much
     * @return the tree
     * @throws FdtException if a rule is broken
     */
    public static Fdt read(ByteBuffer blob, FdtLimits limits) throws FdtException {
        Blob bytes = Blob.of(blob);
        FdtHeader header = FdtHeader.read(bytes);
        List<MemoryReservation> reservations = reservations(bytes, header);
        return new Fdt(bytes, header, reservations, new StructureReader(bytes, header, limits).read());
    }

    /**
     * Reads a blob from a file, at most {@linkplain FdtLimits#DEFAULT 64 nodes deep}: the header, and then no more bytes than
     * it says there are, however long the file.
     *
     * @param file the file
     * @return the tree
     * @throws FdtException if a rule is broken
     * @throws IOException if the file cannot be read
     */
    public static Fdt read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] header = in.readNBytes(FdtHeader.SIZE);
            ByteBuffer start = ByteBuffer.wrap(header);
            boolean isTree = header.length == FdtHeader.SIZE && start.getInt(0) == FdtHeader.MAGIC;
            int size = isTree ? Math.min(start.getInt(Integer.BYTES), BlobLayout.LARGEST) : 0;
            byte[] rest = in.readNBytes(Math.max(size - header.length, 0));
            byte[] blob = Arrays.copyOf(header, header.length + rest.length);
            System.arraycopy(rest, 0, blob, header.length, rest.length);
            return read(ByteBuffer.wrap(blob));
        }
    }

    /**
     * Reads a blob that breaks no rule of the Devicetree Specification v0.4, at most {@linkplain FdtLimits#DEFAULT 64 nodes
     * deep}. Many blobs that boot do break some; {@link SpecificationRules} lists them all.
     *
     * @param blob the bytes from its position to its limit, neither of which is changed; more bytes than the blob has may
     *     follow it
     * @return the tree
     * @throws FdtException if a rule is broken, of {@link #read(ByteBuffer)} or of the specification ({@link
     *     FdtError#SPECIFICATION})
     */
    public static Fdt readStrictly(ByteBuffer blob) throws FdtException {
        return readStrictly(blob, FdtLimits.DEFAULT);
    }

    /**
     * Reads a blob that breaks no rule of the Devicetree Specification v0.4.
     *
     * @param blob the bytes from its position to its limit, neither of which is changed; more bytes than the blob has may
     *     follow it
     * @param limits what is too much
     * @return the tree
     * @throws FdtException if a rule is broken, of {@link #read(ByteBuffer, FdtLimits)} or of the specification ({@link
     *     FdtError#SPECIFICATION})
     */
    public static Fdt readStrictly(ByteBuffer blob, FdtLimits limits) throws FdtException {
        return SpecificationRules.read(blob, limits);
    }

    /** Entries of 16 bytes up to one of size 0, as libfdt and dtc end it. */
    private static List<MemoryReservation> reservations(Blob blob, FdtHeader header) throws FdtException {
        List<MemoryReservation> reservations = new ArrayList<>();
        for (int at = header.reservationsOffset(); ; at += 2 * Long.BYTES) {
            Checks.verify(
                    header.totalSize() - at >= 2 * Long.BYTES,
                    TRUNCATED,
                    at,
                    "the reservations end with one of size 0");
            long size = blob.longAt(at + Long.BYTES);
            if (size == 0) {
                return List.copyOf(reservations);
            }
            reservations.add(new MemoryReservation(blob.longAt(at), size));
        }
    }

    /**
     * {@return a tree of the same content that can be changed; this one stays as it is}
     */
    public EditableTree edit() {
        return EditableTree.of(this);
    }

    /**
     * {@return the header}
     */
    public FdtHeader header() {
        return header;
    }

    /**
     * {@return the bytes, as many as the header says, as a read-only buffer}
     */
    public ByteBuffer bytes() {
        return blob.slice(0, header.totalSize());
    }

    @Override
    public FdtNode root() {
        return new FdtNode(this, 0);
    }

    @Override
    public List<MemoryReservation> reservations() {
        return reservations;
    }

    @Override
    public int bootCpuid() {
        return header.bootCpuid();
    }

    @Override
    public Optional<FdtNode> node(String path) {
        return find(path, names(), names());
    }

    @Override
    public Optional<FdtNode> nodeOfAnyUnit(String path) {
        return find(path, names(), baseNames());
    }

    /** Finds names with a unit address in one index and those without in another. */
    private Optional<FdtNode> find(String path, NameIndex withUnit, NameIndex withoutUnit) {
        String absolute = Paths.absolute(this, path).orElse(null);
        if (absolute == null) {
            return Optional.empty();
        }
        int node = 0;
        for (int start = Paths.nameStart(absolute, 0), end; node >= 0 && start < absolute.length(); ) {
            end = Paths.nameEnd(absolute, start);
            boolean anyUnit = withoutUnit != withUnit && !Paths.hasUnit(absolute, start, end);
            node = (anyUnit ? withoutUnit : withUnit).find(node, absolute, start, end);
            start = Paths.nameStart(absolute, end);
        }
        return node < 0 ? Optional.empty() : Optional.of(new FdtNode(this, node));
    }

    @Override
    public Optional<FdtNode> nodeByPhandle(int phandle) {
        return phandles().find(phandle);
    }

    @Override
    public List<FdtNode> compatibleWith(String compatible) {
        return properties().listing("compatible", compatible);
    }

    @Override
    public List<FdtNode> nodesWith(String property) {
        return properties().with(property);
    }

    @Override
    public List<FdtNode> nodesWith(String property, PropertyValue value) {
        return properties().with(property, value);
    }

    Blob blob() {
        return blob;
    }

    /** Where everything is. */
    Structure structure() {
        return structure;
    }

    /** The nodes by their names. Two threads may make it at the same time; either is right. */
    NameIndex names() {
        NameIndex index = names;
        if (index == null) {
            index = new NameIndex(structure, false);
            names = index;
        }
        return index;
    }

    /** The nodes by the part of their names before '@'. */
    NameIndex baseNames() {
        NameIndex index = baseNames;
        if (index == null) {
            index = new NameIndex(structure, true);
            baseNames = index;
        }
        return index;
    }

    private PhandleIndex<FdtNode> phandles() {
        PhandleIndex<FdtNode> index = phandles;
        if (index == null) {
            index = new PhandleIndex<>(all());
            phandles = index;
        }
        return index;
    }

    private PropertyIndex<FdtNode> properties() {
        PropertyIndex<FdtNode> index = properties;
        if (index == null) {
            index = new PropertyIndex<>(this::all);
            properties = index;
        }
        return index;
    }

    @Override
    public List<FdtNode> all() {
        return new AbstractList<>() {
            @Override
            public FdtNode get(int index) {
                return new FdtNode(Fdt.this, Objects.checkIndex(index, size()));
            }

            @Override
            public int size() {
                return structure.nodeCount();
            }
        };
    }
}
