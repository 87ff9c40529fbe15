package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.error.KexecException;
import io.kexec4j.image.Architecture;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.kernel.BzImageBuilder;
import io.kexec4j.target.Target;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A kernel that must lie at an address which is no page of the machine cannot be loaded there: a limit, not a mistake of the caller. */
class LargePageRegressionTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aFixedKernelBetweenPagesIsRefused(int xloadflags) throws IOException {
        Target target = Target.builder(
                        Architecture.X86_64, Machines.pc(Machines.GIB).memoryMap())
                .pageSize(0x4000)
                .build();
        BzImage kernel = BzImage.parse(new BzImageBuilder()
                .set("relocatable_kernel", 0)
                .set("pref_address", 0x1001000)
                .set("xloadflags", xloadflags)
                .content());
        assertThatThrownBy(
                        () -> KexecImageBuilder.forTarget(target).kernel(kernel).build())
                .isInstanceOf(KexecException.class)
                .hasMessageContaining("kernel");
    }
}
