package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.bindings.Reg;
import io.kexec4j.fdt.dts.DtsPrinter;
import io.kexec4j.fdt.overlay.Overlays;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The example of the README, which must compile. */
final class ReadmeExample {
    private ReadmeExample() {}

    @SuppressWarnings({"CheckReturnValue", "ReturnValueIgnored", "UnusedVariable"})
    static void run() throws IOException {
        // README
        Fdt board = Fdt.read(
                Path.of("board.dtb")); // checked once, as strictly as libfdt; readStrictly: as the specification
        board.node("/soc/serial@1000"); // by path or alias; also by phandle, compatible, property
        Reg.of(board.node("serial0")
                .orElseThrow()); // what standard properties mean: reg, ranges, interrupts, memory ...

        EditableTree tree = board.edit();
        tree.root().childOrAdd("chosen").set("bootargs", PropertyValue.ofStrings("console=ttyS0"));
        ByteBuffer blob = tree.write(); // what dtc would write, byte for byte

        EditableTree merged = Overlays.apply(board, List.of(Fdt.read(Path.of("hat.dtbo")))); // all or nothing
        String source = DtsPrinter.print(merged); // and DtsParser.parse; TreeDiff.between says what differs
        // README
    }
}
