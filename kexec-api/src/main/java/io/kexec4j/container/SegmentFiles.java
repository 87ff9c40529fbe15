package io.kexec4j.container;

import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The segments of an image as single files. */
public final class SegmentFiles {
    private SegmentFiles() {}

    /**
     * Writes the content of each segment, without the zeroes behind it, to a file whose name says where it goes: {@code
     * 02-boot_params-0x13fffb000.bin} is the third segment. A directory that holds anything is refused, so that the files in it
     * are all of one image.
     *
     * @param image the image
     * @param directory where to; created, with those above it, if it does not exist
     * @return the files in the order of the segments
     * @throws DirectoryNotEmptyException if it is not empty
     * @throws io.kexec4j.error.MalformedInputException if a file behind the image has shrunk
     * @throws IOException if something cannot be read or written; the files before the one that failed stay then
     */
    public static List<Path> save(KexecImage image, Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> present = Files.list(directory)) {
            if (present.findAny().isPresent()) {
                throw new DirectoryNotEmptyException(directory.toString());
            }
        }
        List<Path> files = new ArrayList<>();
        for (Segment segment : image.segments()) {
            Path path = directory.resolve("%02d-%s-0x%x.bin"
                    .formatted(
                            files.size(),
                            segment.role().label(),
                            segment.range().start()));
            try (NewFile file = NewFile.create(path)) {
                Streams.copy(segment.content(), file.channel());
                file.keep();
            }
            files.add(path);
        }
        return List.copyOf(files);
    }
}
