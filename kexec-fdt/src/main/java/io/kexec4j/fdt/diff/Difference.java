package io.kexec4j.fdt.diff;

import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.dts.DtsPrinter;
import java.util.List;

/** One thing in which a tree differs from another. Its text says it in a line, with values as a source has them. */
public sealed interface Difference {
    /**
     * {@return the path of the node that is concerned, such as /soc/serial@1000; / for what is of the whole tree}
     */
    String path();

    /**
     * A node that only the second tree has, with all below it, which is no difference of its own.
     *
     * @param path its path
     * @param node the node, in the second tree
     */
    record NodeAdded(String path, Node node) implements Difference {
        @Override
        public String toString() {
            return "+ " + path;
        }
    }

    /**
     * A node that only the first tree has, with all below it, which is no difference of its own.
     *
     * @param path its path
     * @param node the node, in the first tree
     */
    record NodeRemoved(String path, Node node) implements Difference {
        @Override
        public String toString() {
            return "- " + path;
        }
    }

    /**
     * A property that only the second tree has.
     *
     * @param path the path of its node, which both have
     * @param name its name
     * @param value its value
     */
    record PropertyAdded(String path, String name, PropertyValue value) implements Difference {
        @Override
        public String toString() {
            return "+ " + path + ": " + property(name, value);
        }
    }

    /**
     * A property that only the first tree has.
     *
     * @param path the path of its node, which both have
     * @param name its name
     * @param value its value
     */
    record PropertyRemoved(String path, String name, PropertyValue value) implements Difference {
        @Override
        public String toString() {
            return "- " + path + ": " + property(name, value);
        }
    }

    /**
     * A property that has another value.
     *
     * @param path the path of its node
     * @param name its name
     * @param before its value in the first tree
     * @param after its value in the second tree
     */
    record PropertyChanged(String path, String name, PropertyValue before, PropertyValue after) implements Difference {
        @Override
        public String toString() {
            return "~ " + path + ": " + property(name, before) + " -> "
                    + (after.isEmpty() ? "empty" : DtsPrinter.text(after));
        }
    }

    /**
     * The properties that both trees have stand in another order.
     *
     * @param path the path of their node
     * @param before their names as the first tree has them
     * @param after their names as the second tree has them
     */
    record PropertiesReordered(String path, List<String> before, List<String> after) implements Difference {
        /**
         * Creates a difference.
         *
         * @param path the path of the node
         * @param before as the first tree has them
         * @param after as the second tree has them
         */
        public PropertiesReordered {
            before = List.copyOf(before);
            after = List.copyOf(after);
        }

        @Override
        public String toString() {
            return "~ " + path + ": the properties " + before + " are in the order " + after;
        }
    }

    /**
     * The children that both trees have stand in another order.
     *
     * @param path the path of their parent
     * @param before their names as the first tree has them
     * @param after their names as the second tree has them
     */
    record NodesReordered(String path, List<String> before, List<String> after) implements Difference {
        /**
         * Creates a difference.
         *
         * @param path the path of the node
         * @param before as the first tree has them
         * @param after as the second tree has them
         */
        public NodesReordered {
            before = List.copyOf(before);
            after = List.copyOf(after);
        }

        @Override
        public String toString() {
            return "~ " + path + ": the nodes " + before + " are in the order " + after;
        }
    }

    /**
     * A memory reservation that only the second tree has.
     *
     * @param reservation the reservation
     */
    record ReservationAdded(MemoryReservation reservation) implements Difference {
        @Override
        public String path() {
            return "/";
        }

        @Override
        public String toString() {
            return "+ /memreserve/ " + reservation;
        }
    }

    /**
     * A memory reservation that only the first tree has.
     *
     * @param reservation the reservation
     */
    record ReservationRemoved(MemoryReservation reservation) implements Difference {
        @Override
        public String path() {
            return "/";
        }

        @Override
        public String toString() {
            return "- /memreserve/ " + reservation;
        }
    }

    /**
     * The memory reservations are the same, in another order.
     *
     * @param before as the first tree has them
     * @param after as the second tree has them
     */
    record ReservationsReordered(List<MemoryReservation> before, List<MemoryReservation> after) implements Difference {
        /**
         * Creates a difference.
         *
         * @param before as the first tree has them
         * @param after as the second tree has them
         */
        public ReservationsReordered {
            before = List.copyOf(before);
            after = List.copyOf(after);
        }

        @Override
        public String path() {
            return "/";
        }

        @Override
        public String toString() {
            return "~ /memreserve/: " + before + " are in the order " + after;
        }
    }

    /**
     * Another CPU boots.
     *
     * @param before its number in the first tree, unsigned
     * @param after its number in the second tree, unsigned
     */
    record BootCpuidChanged(int before, int after) implements Difference {
        @Override
        public String path() {
            return "/";
        }

        @Override
        public String toString() {
            return String.format("~ boot_cpuid_phys: 0x%x -> 0x%x", before, after);
        }
    }

    private static String property(String name, PropertyValue value) {
        return value.isEmpty() ? name : name + " = " + DtsPrinter.text(value);
    }
}
