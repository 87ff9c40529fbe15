package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NetworkInterfacesTest {
    private static final int EPERM = 1;

    @TempDir
    private Path directory;

    private final Map<String, Short> flags = new TreeMap<>();
    private final List<String> locked = new ArrayList<>();

    private NetworkInterfaces interfaces() throws IOException {
        for (String name : flags.keySet()) {
            Files.createDirectories(directory.resolve(name));
        }
        return new NetworkInterfaces(directory, new NetworkInterfaces.Flags() {
            @Override
            public short read(String name) {
                return Objects.requireNonNull(flags.get(name));
            }

            @Override
            public void write(String name, short value) {
                if (locked.contains(name)) {
                    throw new LastErrorException(EPERM);
                }
                flags.put(name, value);
            }
        });
    }

    @Test
    void onlyWhatIsUpIsTakenDownAndKeepsItsOtherFlags() throws IOException {
        flags.put("eth0", (short) 0x1043);
        flags.put("eth1", (short) 0x1002);
        flags.put("lo", (short) 0x49);
        Files.createFile(directory.resolve("bonding_masters"));

        assertThat(interfaces().down()).containsExactly("eth0");
        assertThat(flags)
                .containsEntry("eth0", (short) 0x1042)
                .containsEntry("eth1", (short) 0x1002)
                .containsEntry("lo", (short) 0x49);
    }

    @Test
    void oneThatCannotBeTakenDownDoesNotKeepTheOthersUp() throws IOException {
        flags.put("eth0", (short) 1);
        flags.put("eth1", (short) 1);
        locked.add("eth0");
        NetworkInterfaces interfaces = interfaces();

        assertThatThrownBy(interfaces::down)
                .isInstanceOfSatisfying(
                        KexecRefusedException.class, e -> assertThat(e.errno()).isEqualTo(EPERM))
                .hasMessageContaining("eth0 cannot be taken down");
        assertThat(flags).containsEntry("eth1", (short) 0);
    }

    @Test
    void aKernelWithoutNetworkHasNone() throws IOException {
        assertThat(new NetworkInterfaces(directory.resolve("none"), NetworkInterfaces.ofKernel()).down())
                .isEmpty();
    }

    /** What the ioctl reads is what the JDK reads; nothing is written. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theKernelsFlagsAreRead() throws IOException {
        for (NetworkInterface real : NetworkInterface.networkInterfaces().toList()) {
            assertThat((NetworkInterfaces.ofKernel().read(real.getName()) & 1) != 0)
                    .as(real.getName())
                    .isEqualTo(real.isUp());
        }
    }
}
