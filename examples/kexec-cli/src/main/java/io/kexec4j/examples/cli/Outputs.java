package io.kexec4j.examples.cli;

import io.kexec4j.bytes.Content;
import io.kexec4j.container.ImageContainer;
import io.kexec4j.container.SegmentFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.report.ImageDiff;
import io.kexec4j.report.ImageDrawing;
import io.kexec4j.report.ImageJson;
import io.kexec4j.report.ImageSvg;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;

/** What is made of an image besides loading it. */
final class Outputs {
    private Outputs() {}

    /** Writes the files that were asked for. */
    static void write(OutputOptions options, Target target, KexecImage image) throws IOException {
        if (options.svg != null) {
            Files.writeString(options.svg, ImageSvg.of(target.memoryMap(), image));
        }
        if (options.container != null) {
            ImageContainer.write(image, options.container);
        }
        if (options.segments != null) {
            SegmentFiles.save(image, options.segments);
        }
    }

    /** Prints what was asked for: one of several, as they cannot be told apart in one stream. */
    static void print(OutputOptions options, Target target, KexecImage image, PrintWriter out) throws IOException {
        if (options.other != null) {
            KexecImage other = ImageContainer.read(Content.ofFile(options.other));
            out.print(ImageDiff.of(other, image).describe());
        } else if (options.json) {
            out.print(ImageJson.of(image, target.memoryMap()));
        } else {
            out.print(ImageDrawing.of(target.memoryMap(), image));
            out.println();
            out.print(image.describe());
        }
        out.flush();
    }
}
