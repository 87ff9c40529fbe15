package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NetworkInterfacesTest {
    private static final int EPERM = 1;
    private static final int EBUSY = 16;
    private static final int ENODEV = 19;

    @TempDir
    private Path directory;

    private final Map<String, Short> flags = new TreeMap<>();
    private final Map<String, Integer> refusals = new TreeMap<>();

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
                Integer errno = refusals.get(name);
                if (errno != null) {
                    throw new LastErrorException(errno.intValue());
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
        refusals.put("eth0", EPERM);
        NetworkInterfaces interfaces = interfaces();

        assertThatThrownBy(interfaces::down)
                .isInstanceOfSatisfying(
                        KexecRefusedException.class, e -> assertThat(e.errno()).isEqualTo(EPERM))
                .hasMessageContaining("eth0 cannot be taken down")
                .hasMessageContaining("CAP_NET_ADMIN");
        assertThat(flags).containsEntry("eth1", (short) 0);
    }

    @Test
    void oneThatHasVanishedIsPassedOver() throws IOException {
        flags.put("eth0", (short) 1);
        flags.put("eth1", (short) 1);
        refusals.put("eth0", ENODEV);
        assertThat(interfaces().down()).containsExactly("eth1");
    }

    @Test
    void onlyAMissingPrivilegeIsCuredByAPrivilege() throws IOException {
        flags.put("eth0", (short) 1);
        flags.put("eth1", (short) 1);
        refusals.put("eth0", EBUSY);
        refusals.put("eth1", EPERM);
        NetworkInterfaces interfaces = interfaces();
        assertThatThrownBy(interfaces::down)
                .isInstanceOfSatisfying(KexecRefusedException.class, e -> {
                    assertThat(e.call()).isEqualTo("ioctl");
                    assertThat(e.getSuppressed()).singleElement().asString().contains("eth1", "CAP_NET_ADMIN");
                })
                .hasMessage("the network interface eth0 cannot be taken down (error number 16)");
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
