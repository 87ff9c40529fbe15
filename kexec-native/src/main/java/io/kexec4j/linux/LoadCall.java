package io.kexec4j.linux;

/** The two system calls that load an image. */
public enum LoadCall {
    /**
     * kexec_load(2): the image is built here, and the kernel takes it as it is. Works for any kernel that can be started at all
     * and with every option; the running kernel can check nothing, and so refuses it where signatures are demanded.
     */
    KEXEC_LOAD("kexec_load"),
    /**
     * kexec_file_load(2): the running kernel is given the files and builds the image itself. It can check signatures, and pass
     * on what it keeps for its successor; it starts only the formats that it knows, and decides everything else itself.
     */
    KEXEC_FILE_LOAD("kexec_file_load");

    private final String label;

    LoadCall(String label) {
        this.label = label;
    }

    /**
     * {@return the name of the system call}
     */
    public String label() {
        return label;
    }

    /** The other one. */
    LoadCall other() {
        return this == KEXEC_LOAD ? KEXEC_FILE_LOAD : KEXEC_LOAD;
    }
}
