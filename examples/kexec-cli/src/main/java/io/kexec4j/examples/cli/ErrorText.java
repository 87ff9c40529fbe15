package io.kexec4j.examples.cli;

import io.kexec4j.error.NoMemoryHoleException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** An error as one sentence with its cause and its cure. The SDK's own messages are such sentences already. */
final class ErrorText {
    private ErrorText() {}

    static String of(Exception error) {
        if (error instanceof NoSuchFileException e) {
            return "there is no file %s; check the path".formatted(e.getFile());
        }
        if (error instanceof AccessDeniedException e) {
            return "%s cannot be read; run kexec as root".formatted(e.getFile());
        }
        if (error instanceof NoMemoryHoleException e) {
            return e.getMessage() + "\nuse a smaller file, or widen --mem-min and --mem-max";
        }
        String message = error.getMessage();
        return message == null ? error.toString() : message;
    }
}
