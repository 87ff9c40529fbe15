package io.kexec4j.memory;

import io.kexec4j.memory.ProcIomem.Resource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Makes a flat memory map of nested resources: of several that cover an address, the innermost counts. */
final class NestedRegions {
    private static final String DRIVER_MANAGED_PREFIX = "System RAM (";

    private NestedRegions() {}

    private record Nested(Resource resource, int depth) {}

    /** A resource that is memory; {@code order} tells those of the same depth apart. */
    private record Layer(MemoryRegion region, int depth, int order) {}

    private record Boundary(long address, boolean begins, Layer layer) {}

    static MemoryMap flatten(List<Resource> roots) {
        List<Boundary> boundaries = new ArrayList<>();
        for (Layer layer : layers(roots)) {
            boundaries.add(new Boundary(layer.region.range().start(), true, layer));
            boundaries.add(new Boundary(layer.region.range().end(), false, layer));
        }
        boundaries.sort((a, b) -> Long.compareUnsigned(a.address, b.address));
        // RAM comes last among equals, so that a child that reaches beyond its parent is not lost in the next RAM.
        TreeSet<Layer> covering = new TreeSet<>(Comparator.comparingInt(Layer::depth)
                .reversed()
                .thenComparing(layer -> layer.region.type().equals(RegionType.RAM))
                .thenComparingInt(Layer::order));
        List<MemoryRegion> regions = new ArrayList<>();
        Optional<Layer> innermost = Optional.empty();
        long start = 0;
        for (int i = 0; i < boundaries.size(); i++) {
            Boundary boundary = boundaries.get(i);
            if (boundary.begins) {
                covering.add(boundary.layer);
            } else {
                covering.remove(boundary.layer);
            }
            boolean more = i + 1 < boundaries.size() && boundaries.get(i + 1).address == boundary.address;
            Optional<Layer> now = covering.isEmpty() ? Optional.empty() : Optional.of(covering.first());
            if (!more && !now.map(Layer::order).equals(innermost.map(Layer::order))) {
                if (innermost.isPresent()) {
                    regions.add(new MemoryRegion(
                            new PhysicalRange(start, boundary.address),
                            innermost.get().region.type()));
                }
                innermost = now;
                start = boundary.address;
            }
        }
        return new MemoryMap(regions);
    }

    private static List<Layer> layers(List<Resource> roots) {
        List<Layer> layers = new ArrayList<>();
        Deque<Nested> next = new ArrayDeque<>();
        roots.forEach(root -> next.addLast(new Nested(root, 0)));
        while (!next.isEmpty()) {
            Nested nested = next.removeLast();
            Resource resource = nested.resource;
            type(resource.name())
                    .ifPresent(type -> layers.add(
                            new Layer(new MemoryRegion(resource.range(), type), nested.depth, layers.size())));
            resource.children().forEach(child -> next.addLast(new Nested(child, nested.depth + 1)));
        }
        return layers;
    }

    private static Optional<RegionType> type(String name) {
        if (name.startsWith(DRIVER_MANAGED_PREFIX)) {
            return Optional.of(RegionType.DRIVER_MANAGED);
        }
        if (name.equals(RegionType.CRASH_KERNEL.name())) {
            return Optional.of(RegionType.CRASH_KERNEL);
        }
        return name.equals(RegionType.UNKNOWN_NAME) ? Optional.of(RegionType.unknown(name)) : RegionType.byName(name);
    }
}
