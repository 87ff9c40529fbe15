package io.kexec4j.linux;

import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One of the two forms of what is to be loaded, a {@link KexecImage} or {@link KexecFiles}: made when it is first needed, and
 * then kept; or impossible, and why. Thread-safe.
 *
 * @param <T> the form
 */
public final class LoadForm<T> {
    private final @Nullable Source<T> source;
    private final Optional<String> obstacle;
    private @Nullable T made;

    /**
     * Makes a form.
     *
     * @param <T> the form
     */
    @FunctionalInterface
    public interface Source<T> {
        /**
         * {@return the form, newly made}
         *
         * @throws IOException if a file cannot be read, or is malformed
         * @throws io.kexec4j.error.KexecException if what is wanted does not exist in this form, and why
         */
        T make() throws IOException;
    }

    private LoadForm(@Nullable Source<T> source, Optional<String> obstacle) {
        this.source = source;
        this.obstacle = obstacle;
    }

    /**
     * {@return a form that is there already}
     *
     * @param value the form
     * @param <T> the form
     */
    public static <T> LoadForm<T> of(T value) {
        return new LoadForm<>(() -> value, Optional.empty());
    }

    /**
     * {@return a form that is made when it is needed, once}
     *
     * @param source makes it. A {@link io.kexec4j.error.KexecException} is taken as the reason why there is no such form, and the
     *     other is tried if the mode permits it; any other exception ends the attempt
     * @param <T> the form
     */
    public static <T> LoadForm<T> madeBy(Source<T> source) {
        return new LoadForm<>(source, Optional.empty());
    }

    /**
     * {@return no form}
     *
     * @param why what this form cannot express, as a clause for people, such as "--mem-min cannot be honoured by
     *     kexec_file_load"
     * @param <T> the form
     */
    public static <T> LoadForm<T> impossible(String why) {
        return new LoadForm<>(null, Optional.of(why));
    }

    /**
     * {@return why there is no such form; empty if there is one, as far as it is known before it is made}
     */
    public Optional<String> obstacle() {
        return obstacle;
    }

    /**
     * {@return the form; the same for every call}
     *
     * @throws IOException if it cannot be made because of a file
     * @throws io.kexec4j.error.KexecException if it turns out that there is no such form
     * @throws IllegalStateException if it is {@linkplain #impossible impossible}
     */
    public synchronized T get() throws IOException {
        T value = made;
        if (value == null) {
            if (source == null) {
                throw new IllegalStateException("there is no such form: " + obstacle.orElse(""));
            }
            value = source.make();
            made = value;
        }
        return value;
    }
}
