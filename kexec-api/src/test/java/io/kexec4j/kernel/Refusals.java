package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;

/** What the tests of parsers share. */
final class Refusals {
    private Refusals() {}

    /** Asserts that a file is refused at an offset, with these words in the rule. */
    static void assertRefused(BzImageBuilder file, long offset, String words) {
        MalformedInputException refusal =
                catchThrowableOfType(MalformedInputException.class, () -> BzImage.parse(file.content()));
        assertThat(refusal).isNotNull().hasMessageContaining(words);
        assertThat(refusal.offset()).isEqualTo(offset);
        assertThat(refusal.format()).isEqualTo("bzImage");
    }

    /** Parses, and reads everything; false if the file was refused. Any other exception is a failure. */
    static boolean survives(byte[] bytes) throws IOException {
        Content content = Content.of(bytes);
        KernelFiles.identify(content);
        try {
            BzImage image = BzImage.parse(content);
            SetupHeader header = image.header();
            assertThat(image.memorySize())
                    .isGreaterThanOrEqualTo(image.protectedModeCode().size());
            assertThat(header.end()).isBetween(0x224, SetupHeader.LARGEST_END);
            image.payload()
                    .ifPresent(payload -> assertThat(payload.stream().size())
                            .isLessThanOrEqualTo(image.protectedModeCode().size()));
            return true;
        } catch (MalformedInputException e) {
            assertThat(e).hasMessageContaining("bzImage");
            return false;
        }
    }
}
