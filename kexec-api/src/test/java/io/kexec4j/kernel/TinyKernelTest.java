package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The kernel of the quickstart example, against what its header.S says. */
class TinyKernelTest {
    private static final Path FILE =
            Path.of("../examples/quickstart/src/main/resources/io/kexec4j/examples/quickstart/tiny-x86_64.bzImage");

    @Test
    void readsAsItsSourceSays() throws IOException {
        Content file = Content.ofFile(FILE);
        BzImage image = BzImage.parse(file);
        SetupHeader header = image.header();
        assertThat(header.setupSects()).isEqualTo(1);
        assertThat(header.rootFlags()).isEqualTo(1);
        assertThat(header.syssize() * 16).isEqualTo(file.size() - 1024);
        assertThat(header.vidMode()).isEqualTo(0xffff);
        assertThat(header.version()).isEqualTo(0x020f);
        assertThat(header.end()).isEqualTo(0x26c);
        assertThat(header.loadflags()).isEqualTo(SetupHeader.LOADED_HIGH);
        assertThat(header.code32Start()).isEqualTo(0x100000);
        assertThat(header.initrdAddrMax()).isEqualTo(0x7fffffff);
        assertThat(header.kernelAlignment()).isEqualTo(0x200000);
        assertThat(header.relocatable()).isTrue();
        assertThat(header.minAlignment()).isEqualTo(21);
        assertThat(header.xloadflags()).isEqualTo(3);
        assertThat(header.cmdlineSize()).isEqualTo(2047);
        assertThat(header.prefAddress()).isEqualTo(0x1000000);
        assertThat(header.handoverOffset()).isZero();
        assertThat(image.versionString()).contains("kexec4j tiny kernel 0.1.0");
        assertThat(image.payload()).isEmpty();
        assertThat(image.kernelInfo().orElseThrow().size()).isEqualTo(16);
        assertThat(image.has64BitEntry()).isTrue();
        assertThat(image.canBeLoadedAbove4G()).isTrue();
        assertThat(image.memorySize()).isEqualTo(0xc000);
        assertThat(image.protectedModeCode().size()).isEqualTo(file.size() - 1024);
        assertThat(KernelFiles.identify(file).format()).isEqualTo(KernelFormat.BZIMAGE);
    }
}
