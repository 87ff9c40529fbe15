package io.kexec4j.examples.fdt;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Errors of files in the words of C. */
final class FileErrors {
    private FileErrors() {}

    /** What happened to which file. */
    static String text(Exception error) {
        return error instanceof FileSystemException e ? e.getFile() + ": " + reason(error) : message(error);
    }

    /** What happened. */
    static String reason(Exception error) {
        if (error instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        if (error instanceof AccessDeniedException) {
            return "Permission denied";
        }
        return error instanceof FileSystemException e && e.getReason() != null ? e.getReason() : message(error);
    }

    private static String message(Exception error) {
        String message = error.getMessage();
        return message == null ? error.toString() : message;
    }
}
