package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.target.EfiFacts;
import io.kexec4j.target.EfiRuntimeRegion;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A machine with EFI, and what the second kernel learns of it. */
abstract class MachineWithEfi {
    static final int EFI_KEXEC = 0x13; // KERNEL_64, CAN_BE_LOADED_ABOVE_4G, EFI_KEXEC
    static final List<EfiRuntimeRegion> RUNTIME_MAP = List.of(
            new EfiRuntimeRegion(6, 0x3eabb000, 0xfffffffefeabb000L, 0xc1, 0x800000000000000fL),
            new EfiRuntimeRegion(0x80000005L, 0x1_3f5e_d000L, 0xfffffffefe5ed000L, 0x100, 0x800000000000000fL));

    /** As OVMF leaves it, but for the system table, which lies above 4 GiB. */
    final byte[] oldParams = new byte[BootParams.SIZE];

    final ByteBuffer running = ByteBuffer.wrap(oldParams)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0x1c0, 0x3436_4c45)
            .putInt(0x1c4, 0x3f5e_c018)
            .putInt(0x1c8, 48)
            .putInt(0x1cc, 1)
            .putInt(0x1d0, 0x0090_0018)
            .putInt(0x1d4, 0x1200)
            .putInt(0x1d8, 0x1)
            .putInt(0x1dc, 0x2)
            .put(0x1ec, (byte) 3);

    static EfiFacts.Builder efi() {
        return EfiFacts.builder()
                .platformBits(64)
                .fwVendor(0x3f51c818)
                .runtime(0x3f5ecb98)
                .configTable(0x3f5ecc98)
                .smbios(0x3f518000)
                .runtimeMap(RUNTIME_MAP);
    }

    final Target.Builder machine() {
        return Target.builder(Architecture.X86_64, Machines.pc(512 * MIB).memoryMap())
                .bootParams(Content.of(oldParams))
                .acpiRsdp(0x3f77e014)
                .efi(efi().build());
    }

    static KexecImageBuilder builder(Target.Builder machine) throws IOException {
        return KexecImageBuilder.forTarget(machine.build())
                .kernel(TinyKernel.read()
                        .putShort(TinyKernel.XLOADFLAGS, EFI_KEXEC)
                        .kernel())
                .commandLine("quiet")
                .random(bytes -> Arrays.fill(bytes, (byte) 0x5e));
    }

    static BootParams bootParams(KexecImage image) throws IOException {
        return BootParams.parse(
                image.segment(SegmentRole.BOOT_PARAMS).orElseThrow().content().slice(0, BootParams.SIZE));
    }

    static ByteBuffer at(KexecImage image, long address, int size) throws IOException {
        var segment = image.segment(SegmentRole.BOOT_PARAMS).orElseThrow();
        return ByteBuffer.wrap(segment.content().copy(address - segment.range().start(), size))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.limit()];
        buffer.get(0, bytes);
        return bytes;
    }

    record Node(int type, ByteBuffer data) {}

    static List<Node> setupData(KexecImage image) throws IOException {
        List<Node> nodes = new ArrayList<>();
        long next = bootParams(image).get(BootParamsField.SETUP_DATA);
        while (next != 0) {
            ByteBuffer header = at(image, next, SetupData.HEADER_SIZE);
            nodes.add(new Node(header.getInt(8), at(image, next + SetupData.HEADER_SIZE, header.getInt(12))));
            next = header.getLong(0);
        }
        return nodes;
    }

    static void assertNoEfi(KexecImage image) throws IOException {
        byte[] params = bootParams(image).toByteArray();
        assertThat(Arrays.copyOfRange(params, 0x1c0, 0x1e0)).as("efi_info").containsOnly(0);
        assertThat(params[0x1ec]).as("secure_boot").isZero();
        assertThat(setupData(image)).extracting(Node::type).doesNotContain(4);
        assertThat(bootParams(image).get(BootParamsField.ACPI_RSDP_ADDR)).isEqualTo(0x3f77e014);
    }

    static void assertRefused(KexecImageBuilder builder, String reason) throws IOException {
        KexecImage image = builder.build();
        assertNoEfi(image);
        assertThat(image.remarks())
                .anySatisfy(remark -> assertThat(remark)
                        .startsWith("EFI's runtime services are not handed on: ")
                        .contains(reason));
    }
}
