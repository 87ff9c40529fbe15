package io.kexec4j.examples.cli;

import io.kexec4j.error.NoMemoryHoleException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** An error as one sentence with its cause and its cure. The SDK's own messages are such sentences already. */
final class ErrorText {
    private ErrorText() {}

    /**
     * The sentence.
     *
     * @param panic whether it is about a kernel for a panic: how it gets more memory, the SDK says
     */
    static String of(Exception error, boolean panic) {
        if (error instanceof NoSuchFileException e) {
            return "there is no file %s; check the path".formatted(e.getFile());
        }
        if (error instanceof AccessDeniedException e) {
            return "%s cannot be read; run kexec as root".formatted(e.getFile());
        }
        if (error instanceof NotDirectoryException e) {
            return "%s is no directory; check the path".formatted(e.getFile());
        }
        if (error instanceof FileSystemException e) {
            return "%s cannot be read: %s".formatted(e.getFile(), e.getReason());
        }
        if (error instanceof NoMemoryHoleException e) {
            return e.getMessage() + (panic ? "" : "\nuse a smaller file, or widen --mem-min and --mem-max");
        }
        return message(error);
    }

    /** Why a file cannot be written, as a clause. */
    static String reason(IOException error) {
        if (error instanceof NoSuchFileException) {
            return "there is no such directory";
        }
        if (error instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (error instanceof FileAlreadyExistsException) {
            return "it is there already";
        }
        if (error instanceof DirectoryNotEmptyException) {
            return "the directory is not empty";
        }
        return error instanceof FileSystemException e && e.getReason() != null ? e.getReason() : message(error);
    }

    private static String message(Exception error) {
        String message = error.getMessage();
        return message == null ? error.toString() : message;
    }
}
