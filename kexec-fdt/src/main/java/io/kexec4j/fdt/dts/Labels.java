package io.kexec4j.fdt.dts;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The labels of a node or a property. A label that was deleted keeps its place, in case it is given again. */
final class Labels {
    /** Each label, and whether it is there; the first given comes first. */
    private final Map<String, Boolean> labels = new LinkedHashMap<>();

    void add(String label) {
        labels.put(label, true);
    }

    /** Adds those that stand before something in a source. */
    void addWritten(List<Token> written) {
        for (int i = written.size() - 1; i >= 0; i--) {
            add(written.get(i).text());
        }
    }

    void addAll(Labels others) {
        others.all().forEach(this::add);
    }

    void delete() {
        labels.replaceAll((label, there) -> false);
    }

    boolean has(String label) {
        return labels.getOrDefault(label, false);
    }

    /** Whether there are any, or have been. */
    boolean wereGiven() {
        return !labels.isEmpty();
    }

    /** Those that are there; as in dtc, the last one given comes first. */
    List<String> present() {
        return listed(false);
    }

    private List<String> all() {
        return listed(true);
    }

    private List<String> listed(boolean deleted) {
        List<String> list = new ArrayList<>(labels.size());
        labels.forEach((label, there) -> {
            if (there || deleted) {
                list.add(label);
            }
        });
        Collections.reverse(list);
        return list;
    }
}
