package io.kexec4j.linux;

import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;

/** The two places in which the kernel keeps an image. They are independent of each other. */
public enum ImageSlot {
    /** What {@link Kexec#execute()} starts. */
    NORMAL("normal", 0, 0),
    /** What the kernel starts when it panics. */
    CRASH("crash", KexecFlag.ON_CRASH.bit(), KexecFileFlag.ON_CRASH.bit());

    private final String label;
    private final long flagBit;
    private final long fileFlagBit;

    ImageSlot(String label, long flagBit, long fileFlagBit) {
        this.label = label;
        this.flagBit = flagBit;
        this.fileFlagBit = fileFlagBit;
    }

    /**
     * {@return the slot into which an image is loaded}
     *
     * @param image an image; {@link KexecFlag#ON_CRASH} decides
     */
    public static ImageSlot of(KexecImage image) {
        return image.flags().contains(KexecFlag.ON_CRASH) ? CRASH : NORMAL;
    }

    /**
     * {@return the slot into which files are loaded}
     *
     * @param files files for kexec_file_load; {@link KexecFileFlag#ON_CRASH} decides
     */
    public static ImageSlot of(KexecFiles files) {
        return files.flags().contains(KexecFileFlag.ON_CRASH) ? CRASH : NORMAL;
    }

    /** The name in messages. */
    String label() {
        return label;
    }

    /** The bit in the flags of kexec_load. */
    long flagBit() {
        return flagBit;
    }

    /** The bit in the flags of kexec_file_load. */
    long fileFlagBit() {
        return fileFlagBit;
    }
}
