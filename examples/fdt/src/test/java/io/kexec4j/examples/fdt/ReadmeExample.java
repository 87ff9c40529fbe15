package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtNode;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.bindings.Reg;
import io.kexec4j.fdt.dts.DtsPrinter;
import io.kexec4j.fdt.overlay.Overlays;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The example of the README, which must compile. */
final class ReadmeExample {
    private ReadmeExample() {}

    @SuppressWarnings({"CheckReturnValue", "ReturnValueIgnored", "UnusedVariable"})
    static void run() throws IOException {
        // README
        // Checked once, as strictly as libfdt; readStrictly is as strict as the specification.
        Fdt board = Fdt.read(Path.of("board.dtb"));
        // By path or alias; also by phandle, compatible, property.
        Optional<FdtNode> uart = board.node("/soc/serial@1000");
        // What standard properties mean: reg, ranges, interrupts, memory ...
        List<Reg> registers = Reg.of(uart.orElseThrow());

        EditableTree tree = board.edit();
        tree.root().childOrAdd("chosen").set("bootargs", PropertyValue.ofStrings("console=ttyS0"));
        // What dtc would write, byte for byte.
        ByteBuffer blob = tree.write();

        // All or nothing.
        EditableTree merged = Overlays.apply(board, List.of(Fdt.read(Path.of("hat.dtbo"))));
        // And DtsParser.parse the other way; TreeDiff.between says what differs.
        String source = DtsPrinter.print(merged);
        // README
    }
}
