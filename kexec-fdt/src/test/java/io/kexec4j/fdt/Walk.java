package io.kexec4j.fdt;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Everything that a tree says, in tree order. */
final class Walk {
    private Walk() {}

    static List<String> of(DeviceTree tree) {
        List<String> lines = new ArrayList<>();
        lines.add("boot cpu " + tree.bootCpuid());
        tree.reservations().forEach(reservation -> lines.add(reservation.toString()));
        List<Node> parents = new ArrayList<>();
        tree.nodes().forEach(node -> {
            while (!parents.isEmpty()
                    && !parents.get(parents.size() - 1).equals(node.parent().orElseThrow())) {
                parents.remove(parents.size() - 1);
            }
            lines.add(parents.size() + " node " + node.name());
            parents.add(node);
            for (Property property : node.properties()) {
                lines.add(property.name() + " = "
                        + HexFormat.of().formatHex(property.value().toByteArray()));
            }
        });
        return lines;
    }
}
