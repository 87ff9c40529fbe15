package io.kexec4j.boot.arm64;

import io.kexec4j.kernel.Arm64Cpu;
import io.kexec4j.kernel.Arm64Header;
import io.kexec4j.target.Target;
import java.util.List;
import java.util.Locale;

/** Whether a kernel can start on a machine at all. One that cannot, hangs before it could say anything. */
final class Arm64Fit {
    private static final int KIB = 1024;

    private Arm64Fit() {}

    /**
     * Checks what the header asks of the CPUs.
     *
     * @return what is not known about them and matters to this kernel
     * @throws io.kexec4j.error.UnsupportedCombinationException if they cannot do what it needs, naming the field
     */
    static List<String> verify(Arm64Header header, Target target) {
        if (target.arm64Cpu().isPresent()) {
            header.verifyStartsOn(target.arm64Cpu().get());
            return List.of();
        }
        Arm64Cpu proven = Arm64Cpu.running(target.architecture().byteOrder(), target.pageSize());
        return header.obstacles(proven).isEmpty()
                ? List.of()
                : List.of("the kernel is %s with %s, and whether the CPUs of this machine can run that is not known"
                        .formatted(
                                header.byteOrder()
                                        .toString()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-'),
                                header.pageSize().isPresent()
                                        ? "pages of %d KiB"
                                                .formatted(header.pageSize().getAsLong() / KIB)
                                        : "pages of unknown size"));
    }
}
