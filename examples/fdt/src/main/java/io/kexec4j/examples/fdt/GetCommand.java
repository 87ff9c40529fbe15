package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints properties: fdtget. */
@Command(
        name = "fdtget",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        exitCodeOnInvalidInput = 1,
        description = "Prints the values of properties, each on a line.")
final class GetCommand implements Callable<Integer> {
    private final Streams streams;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-t", "--type"},
            paramLabel = "TYPE",
            converter = ValueType.Reader.class,
            description =
                    "What values are: s (strings), i, u or x (numbers), r (bytes as they are); before a number its"
                            + " size: b or hh (1 byte), h (2), l (4).")
    private ValueType type = ValueType.UNSAID;

    @Option(
            names = {"-p", "--properties"},
            description = "List the properties of each NODE.")
    private boolean properties;

    @Option(
            names = {"-l", "--list"},
            description = "List the nodes in each NODE.")
    private boolean children;

    @Option(
            names = {"-d", "--default"},
            paramLabel = "TEXT",
            description = "Print this where there is no such node or property.")
    private @Nullable String fallback;

    @Parameters(index = "0", paramLabel = "FILE", description = "The device tree; - is standard input.")
    private String file = "";

    @Parameters(
            index = "1..*",
            paramLabel = "NODE [PROPERTY]",
            description = "What to print: pairs, or with -p and -l nodes.")
    private List<String> wanted = List.of();

    GetCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException, Failure {
        int step = properties || children ? 1 : 2;
        if (wanted.size() % step != 0) {
            throw new ParameterException(spec.commandLine(), "nodes and properties come in pairs");
        }
        if (wanted.isEmpty()) {
            return 0;
        }
        Fdt tree = streams.readTree(file);
        for (int i = 0; i < wanted.size(); i += step) {
            String path = wanted.get(i);
            Node node;
            try {
                node = NodePaths.find(tree, Streams.raw(path));
            } catch (FdtException e) {
                printFallback(path, e.error().name());
                continue;
            }
            print(node, wanted.get(i + step - 1));
        }
        return 0;
    }

    private void print(Node node, String property) throws IOException, Failure {
        if (children) {
            for (Node child : node.children()) {
                streams.println(child.name());
            }
        } else if (properties) {
            for (Property each : node.properties()) {
                streams.println(each.name());
            }
        } else {
            PropertyValue value = node.property(Streams.raw(property)).orElse(null);
            if (value == null) {
                printFallback(property, "NOTFOUND");
            } else {
                streams.println(text(value));
            }
        }
    }

    private void printFallback(String place, String error) throws IOException, Failure {
        if (fallback == null) {
            throw new Failure(1, "Error at '" + place + "': FDT_ERR_" + error);
        }
        streams.println(Streams.raw(fallback));
    }

    private String text(PropertyValue value) throws Failure {
        if (type.isRaw() || value.isEmpty()) {
            return Bytes.text(value);
        }
        if (type.isString() || (type.equals(ValueType.UNSAID) && Bytes.areStrings(value))) {
            if (value.byteAt(value.size() - 1) != 0) {
                throw new Failure(1, "Unterminated string");
            }
            return String.join(" ", Bytes.strings(value));
        }
        return numbers(value);
    }

    private String numbers(PropertyValue value) throws Failure {
        int size = type.size() > 0 ? type.size() : value.size() % Integer.BYTES == 0 ? Integer.BYTES : Byte.BYTES;
        if (value.size() % size != 0) {
            throw new Failure(1, "Property length must be a multiple of selected data size");
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.size(); i += size) {
            int number = 0;
            for (int j = i; j < i + size; j++) {
                number = number << Byte.SIZE | Byte.toUnsignedInt(value.byteAt(j));
            }
            text.append(i == 0 ? "" : " ").append(number(number));
        }
        return text.toString();
    }

    private String number(int number) {
        if (type.isHex()) {
            return Integer.toHexString(number);
        }
        return type.isUnsigned() ? Integer.toUnsignedString(number) : Integer.toString(number);
    }
}
