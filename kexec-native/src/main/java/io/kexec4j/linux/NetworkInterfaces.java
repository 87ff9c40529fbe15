package io.kexec4j.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The network interfaces of the running system. They should be down before another kernel starts: a card that goes on receiving
 * writes into memory that is no longer its own (netdevice(7)).
 */
public final class NetworkInterfaces {
    private static final String LOOPBACK = "lo";
    private static final int IFF_UP = 1;

    private final Path directory;
    private final Flags flags;

    /** The flags of interfaces, {@code ifr_flags}. Throws {@link LastErrorException} if the kernel refuses. */
    interface Flags {
        short read(String name);

        void write(String name, short value);
    }

    NetworkInterfaces(Path directory, Flags flags) {
        this.directory = directory;
        this.flags = flags;
    }

    /**
     * {@return the interfaces of the network namespace that this process is in}
     */
    public static NetworkInterfaces system() {
        return new NetworkInterfaces(Path.of("/sys/class/net"), ofKernel());
    }

    static Flags ofKernel() {
        return new Ioctl();
    }

    /**
     * Takes every interface down that is up, but for the loopback, as {@code ip link set NAME down} does. One that cannot be
     * taken down does not keep the others up, and one that has vanished in the meantime is none.
     *
     * @return the names of those that were up, in order
     * @throws KexecRefusedException if the kernel refuses one, among other reasons because the process lacks CAP_NET_ADMIN; the
     *     others are down then. The refusals of more are suppressed exceptions of the first
     * @throws IOException if the interfaces cannot be listed
     */
    public List<String> down() throws IOException {
        List<String> done = new ArrayList<>();
        List<KexecRefusedException> refused = new ArrayList<>();
        for (String name : names()) {
            try {
                short now = flags.read(name);
                if ((now & IFF_UP) != 0) {
                    flags.write(name, (short) (now & ~IFF_UP));
                    done.add(name);
                }
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.ENODEV.shared()) {
                    refused.add(refusal(name, e.getErrorCode()));
                }
            }
        }
        if (!refused.isEmpty()) {
            KexecRefusedException first = refused.get(0);
            refused.subList(1, refused.size()).forEach(first::addSuppressed);
            throw first;
        }
        return List.copyOf(done);
    }

    private static KexecRefusedException refusal(String name, int errno) {
        String cure = errno == Errno.EPERM.shared() ? "; it takes CAP_NET_ADMIN, which root has" : "";
        return new KexecRefusedException(
                "the network interface %s cannot be taken down (error number %d)%s".formatted(name, errno, cure),
                "ioctl",
                errno);
    }

    private List<String> names() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of(); // a kernel without network
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory) // bonding_masters is a file
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.equals(LOOPBACK))
                    .sorted()
                    .toList();
        }
    }

    /** {@code SIOCGIFFLAGS} and {@code SIOCSIFFLAGS} on a socket of its own for each call: there are few, and it is always closed. */
    private static final class Ioctl implements Flags {
        private static final int AF_INET = 2;
        private static final int SOCK_DGRAM = 2;
        private static final long SIOCGIFFLAGS = 0x8913;
        private static final long SIOCSIFFLAGS = 0x8914;

        /** {@code IFNAMSIZ}, where the flags are in {@code struct ifreq}, and the size that it has with 64 bits. */
        private static final int NAME_SIZE = 16;

        private static final int REQUEST_SIZE = 40;

        interface CLibrary extends Library {
            int socket(int domain, int type, int protocol) throws LastErrorException;

            int ioctl(int file, NativeLong request, Object... arguments) throws LastErrorException;

            int close(int file) throws LastErrorException;
        }

        @Override
        public short read(String name) {
            try (Memory request = request(name)) {
                call(SIOCGIFFLAGS, request);
                return request.getShort(NAME_SIZE);
            }
        }

        @Override
        public void write(String name, short value) {
            try (Memory request = request(name)) {
                request.setShort(NAME_SIZE, value);
                call(SIOCSIFFLAGS, request);
            }
        }

        private static Memory request(String name) {
            Memory request = new Memory(REQUEST_SIZE);
            request.clear();
            request.setString(0, name, "UTF-8");
            return request;
        }

        private static void call(long number, Pointer request) {
            CLibrary c = Native.load(CLibrary.class);
            int socket = c.socket(AF_INET, SOCK_DGRAM, 0);
            try {
                c.ioctl(socket, new NativeLong(number), request);
            } finally {
                c.close(socket);
            }
        }
    }
}
