package io.kexec4j.examples.cli;

import io.kexec4j.bytes.Content;
import io.kexec4j.container.ImageContainer;
import io.kexec4j.container.SegmentFiles;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.report.ImageDiff;
import io.kexec4j.report.ImageDrawing;
import io.kexec4j.report.ImageJson;
import io.kexec4j.report.ImageSvg;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is made of an image besides loading it. */
final class Outputs {
    private Outputs() {}

    /** Writes the files that were asked for. */
    static void write(OutputOptions options, Target target, KexecImage image) throws IOException {
        Path svg = options.svg;
        if (svg != null) {
            writing(svg, () -> Files.writeString(svg, ImageSvg.of(target.memoryMap(), image)));
        }
        Path container = options.container;
        if (container != null) {
            writing(container, () -> ImageContainer.write(image, container));
        }
        Path segments = options.segments;
        if (segments != null) {
            writing(segments, () -> SegmentFiles.save(image, segments));
        }
    }

    /** What writes. */
    @FunctionalInterface
    private interface Writer {
        void write() throws IOException;
    }

    private static void writing(Path file, Writer writer) throws IOException {
        try {
            writer.write();
        } catch (MalformedInputException e) {
            throw e; // about a file that is read
        } catch (IOException e) {
            throw new IOException("%s cannot be written: %s".formatted(file, ErrorText.reason(e)), e);
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
