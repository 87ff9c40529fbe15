package io.kexec4j.boot;

/** What can be decided about a kernel for several architectures, but not for all. */
public enum CommonOption implements BootOption {
    /**
     * Hand on the initial RAM disk of the running kernel, which is still where its boot loader has put it ({@code --reuseinitrd}).
     * Only a device tree tells where that is, so no protocol for x86 does this.
     */
    REUSE_INITRD("the initrd of the running kernel, whose place only a device tree tells");

    private final String label;

    CommonOption(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
