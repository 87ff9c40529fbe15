package io.kexec4j.boot.arm64;

import io.kexec4j.kernel.Arm64Header;
import io.kexec4j.target.Target;
import java.util.List;

/** Whether a kernel can start on a machine at all. One that cannot, hangs before it could say anything. */
final class Arm64Fit {
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
        boolean isAsTheRunningOne =
                header.byteOrder().equals(target.architecture().byteOrder())
                        && (header.pageSize().isEmpty() || header.pageSize().getAsLong() == target.pageSize());
        return isAsTheRunningOne
                ? List.of()
                : List.of("whether the CPUs of this machine can run the kernel is not known: it is %s"
                        .formatted(header.needs()));
    }
}
