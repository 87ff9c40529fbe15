package io.kexec4j.fdt.overlay;

import io.kexec4j.fdt.DeviceTree;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What applying a well-formed overlay means, with trees as maps from paths to properties and everything searched for: obvious
 * and slow. Names are exact.
 */
final class SlowOverlay {
    private final Map<String, Map<String, byte[]>> base;
    private final Map<String, Map<String, byte[]>> overlay;
    private final Map<String, Map<String, byte[]>> merged = new LinkedHashMap<>();
    private int delta;
    private boolean clash;
    private final Map<String, String> targets = new TreeMap<>();

    private final List<LocalReference> local = new ArrayList<>();

    SlowOverlay(DeviceTree base, DeviceTree overlay) {
        this.base = maps(base);
        this.overlay = maps(overlay);
    }

    private static Map<String, Map<String, byte[]>> maps(DeviceTree tree) {
        Map<String, Map<String, byte[]>> maps = new LinkedHashMap<>();
        tree.nodes().forEach(node -> {
            Map<String, byte[]> properties = new LinkedHashMap<>();
            node.properties()
                    .forEach(property ->
                            properties.put(property.name(), property.value().toByteArray()));
            maps.put(node.path(), properties);
        });
        return maps;
    }

    Map<String, Map<String, byte[]>> apply() {
        renumber();
        resolve();
        // Merge until no node of the overlay has another phandle than the node that it becomes.
        while (!merge()) {
            merged.clear();
        }
        addLabels();
        return merged;
    }

    /** After applying: whether two fragments gave one new node different phandles, which libfdt cannot do. */
    boolean hasClash() {
        return clash;
    }

    private void renumber() {
        delta = base.values().stream().mapToInt(SlowOverlay::phandle).max().orElse(0);
        overlay.forEach((path, properties) -> {
            if (!path.startsWith("/__")) {
                for (String name : List.of("phandle", "linux,phandle")) {
                    if (properties.containsKey(name)) {
                        add(properties.get(name), 0, delta);
                    }
                }
            }
        });
        overlay.forEach((path, properties) -> {
            if (path.startsWith("/__local_fixups__/")) {
                String about = path.substring("/__local_fixups__".length());
                properties.forEach((name, offsets) -> {
                    for (int i = 0; i < offsets.length; i += 4) {
                        int offset = ByteBuffer.wrap(offsets).getInt(i);
                        add(at(at(overlay, about), name), offset, delta);
                        local.add(new LocalReference(about, name, offset));
                    }
                });
            }
        });
    }

    private void resolve() {
        overlay.getOrDefault("/__fixups__", Map.of()).forEach((label, value) -> {
            String path = text(at(at(base, "/__symbols__"), label));
            path = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            int phandle = phandle(at(base, path));
            for (String place : text(value).split("\0", -1)) {
                String[] parts = place.split(":", -1);
                ByteBuffer.wrap(at(at(overlay, parts[0]), parts[1])).putInt(Integer.parseInt(parts[2]), phandle);
            }
        });
    }

    /** Merges, or stops because a phandle of the overlay had to be replaced first. */
    private boolean merge() {
        base.forEach((path, properties) -> merged.put(path, new LinkedHashMap<>(properties)));
        for (String fragment : overlay.keySet()) {
            String content = fragment + "/__overlay__";
            if (!overlay.containsKey(content) || fragment.startsWith("/__")) {
                continue;
            }
            String target = target(at(overlay, fragment));
            targets.put(fragment, target);
            for (Map.Entry<String, Map<String, byte[]>> node : overlay.entrySet()) {
                String path = node.getKey();
                if (path.equals(content) || path.startsWith(content + '/')) {
                    String there = join(target, path.substring(content.length()));
                    Map<String, byte[]> to = merged.computeIfAbsent(there, created -> new LinkedHashMap<>());
                    int kept = phandle(to);
                    int lost = phandle(node.getValue());
                    if (kept != 0 && lost != 0 && kept != lost) {
                        replace(lost, kept);
                        return false;
                    }
                    node.getValue().forEach((name, value) -> to.put(name, value.clone()));
                }
            }
        }
        return true;
    }

    private String target(Map<String, byte[]> fragment) {
        if (!fragment.containsKey("target")) {
            return text(at(fragment, "target-path"));
        }
        int phandle = ByteBuffer.wrap(at(fragment, "target")).getInt();
        return merged.entrySet().stream()
                .filter(node -> phandle(node.getValue()) == phandle)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private void replace(int lost, int kept) {
        clash |= kept > delta;
        for (LocalReference place : local) {
            ByteBuffer value = ByteBuffer.wrap(at(at(overlay, place.path()), place.property()));
            if (value.getInt(place.offset()) == lost) {
                value.putInt(place.offset(), kept);
            }
        }
        overlay.values().forEach(properties -> {
            if (phandle(properties) == lost) {
                ByteBuffer.wrap(properties.get("phandle")).putInt(kept);
            }
        });
    }

    private void addLabels() {
        overlay.getOrDefault("/__symbols__", Map.of()).forEach((label, value) -> {
            String[] parts = text(value).split("/__overlay__", -1);
            String path = join(at(targets, parts[0]), parts[1].isEmpty() ? "/" : parts[1]);
            merged.computeIfAbsent("/__symbols__", created -> new LinkedHashMap<>())
                    .put(label, (path + '\0').getBytes(StandardCharsets.ISO_8859_1));
        });
    }

    private static String join(String path, String below) {
        return path.equals("/") && !below.isEmpty() ? below : path + below;
    }

    /** What must be there. */
    private static <V> V at(Map<String, V> map, String key) {
        return Objects.requireNonNull(map.get(key), key);
    }

    private static int phandle(Map<String, byte[]> properties) {
        byte[] value = properties.getOrDefault("phandle", properties.getOrDefault("linux,phandle", new byte[4]));
        return ByteBuffer.wrap(value).getInt();
    }

    private static void add(byte[] value, int offset, int delta) {
        ByteBuffer.wrap(value).putInt(offset, ByteBuffer.wrap(value).getInt(offset) + delta);
    }

    /** A string, or several with NULs between them. */
    private static String text(byte[] value) {
        return new String(value, 0, value.length - 1, StandardCharsets.ISO_8859_1);
    }
}
