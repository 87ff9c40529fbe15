/** Submits kexec images to the running Linux kernel. The only module with a privileged step. */
@org.jspecify.annotations.NullMarked
module io.kexec4j.linux {
    requires static transitive org.jspecify;
    requires transitive io.kexec4j;
    requires com.sun.jna;

    exports io.kexec4j.linux;
}
