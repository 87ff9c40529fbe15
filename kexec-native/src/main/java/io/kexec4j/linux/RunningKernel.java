package io.kexec4j.linux;

import io.kexec4j.linux.Kexec.Kernel;

/** The way to the kernel that this JVM runs on. */
final class RunningKernel {
    private static final int ENOSYS = 38;

    private RunningKernel() {}

    /** The kernel, or why a call cannot be made. JNA is touched only once everything else fits. */
    static Kernel forCall(String call, String osName, String osArch) throws KexecRefusedException {
        if (!osName.equals("Linux")) {
            throw impossible(
                    call,
                    "this is %s, and only Linux has kexec; build the image here and load it there".formatted(osName));
        }
        LinuxAbi abi = LinuxAbi.byName(osArch)
                .orElseThrow(() ->
                        impossible(call, "no number of this call is known for the architecture %s".formatted(osArch)));
        try {
            return new Kernel(abi, new JnaSyscalls(abi));
        } catch (LinkageError e) {
            KexecRefusedException refused = impossible(
                    call,
                    "JNA cannot reach the C library of this system (%s); use a JVM for glibc, with /tmp or java.io.tmpdir on a file system that allows execution"
                            .formatted(e.getMessage()));
            refused.initCause(e);
            throw refused;
        }
    }

    private static KexecRefusedException impossible(String call, String why) {
        return new KexecRefusedException("%s cannot be called: %s".formatted(call, why), call, ENOSYS);
    }
}
