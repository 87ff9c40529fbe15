package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.EfiFacts;
import io.kexec4j.target.EfiRuntimeRegion;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the second kernel learns of EFI, ACPI, the disks and the device tree. */
class FirmwareHandOverTest extends MachineWithEfi {
    @Test
    void theRuntimeServicesOfEfiAreHandedOn() throws IOException {
        KexecImage image = builder(machine()).build();
        BootParams params = bootParams(image);
        assertThat(params.get(BootParamsField.EFI_LOADER_SIGNATURE)).isEqualTo(0x3436_4c45);
        assertThat(params.get(BootParamsField.EFI_SYSTAB)).isEqualTo(0x3f5e_c018);
        assertThat(params.get(BootParamsField.EFI_SYSTAB_HI)).isEqualTo(1);
        assertThat(params.get(BootParamsField.EFI_MEMDESC_SIZE)).isEqualTo(48);
        assertThat(params.get(BootParamsField.EFI_MEMDESC_VERSION)).isEqualTo(1);
        assertThat(params.get(BootParamsField.EFI_MEMMAP_SIZE)).isEqualTo(96);
        assertThat(params.get(BootParamsField.SECURE_BOOT)).isEqualTo(3);
        assertThat(params.get(BootParamsField.ACPI_RSDP_ADDR)).isEqualTo(0x3f77e014);
        assertThat(image.remarks()).isEmpty();

        ByteBuffer map =
                at(image, params.get(BootParamsField.EFI_MEMMAP) | params.get(BootParamsField.EFI_MEMMAP_HI) << 32, 96);
        for (EfiRuntimeRegion region : RUNTIME_MAP) {
            assertThat(Integer.toUnsignedLong(map.getInt())).isEqualTo(region.type());
            assertThat(map.getInt()).as("padding").isZero();
            assertThat(map.getLong()).isEqualTo(region.physicalAddress());
            assertThat(map.getLong()).isEqualTo(region.virtualAddress());
            assertThat(map.getLong()).isEqualTo(region.pages());
            assertThat(map.getLong()).isEqualTo(region.attribute());
            assertThat(map.getLong()).as("what the firmware has besides").isZero();
        }
        assertThat(setupData(image)).extracting(Node::type).containsExactly(4, 9);
        ByteBuffer data = setupData(image).get(0).data();
        assertThat(data.limit()).isEqualTo(96);
        assertThat(data.getLong(0)).isEqualTo(0x3f51c818);
        assertThat(data.getLong(8)).isEqualTo(0x3f5ecb98);
        assertThat(data.getLong(16)).isEqualTo(0x3f5ecc98);
        assertThat(data.getLong(24)).isEqualTo(0x3f518000);
        assertThat(Arrays.copyOfRange(bytes(data), 32, 96)).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 11, 26, 27, 42, 43, 2047})
    void theMemoryMapOverlapsNeitherTheCommandLineNorTheNodes(int length) throws IOException {
        String text = "x".repeat(length);
        KexecImage image = builder(machine()).commandLine(text).build();
        BootParams params = bootParams(image);
        long commandLine = params.get(BootParamsField.CMD_LINE_PTR);
        long map = params.get(BootParamsField.EFI_MEMMAP);
        assertThat(map).isGreaterThan(commandLine + length);
        assertThat(map % 16).isZero();
        assertThat(params.get(BootParamsField.SETUP_DATA)).isGreaterThanOrEqualTo(map + 96);
        assertThat(new String(bytes(at(image, commandLine, length + 1)), 0, length + 1, StandardCharsets.US_ASCII))
                .isEqualTo(text + "\0");
    }

    /** The running kernel's own loader passes EFI_INVALID_TABLE_ADDR; kexec-tools passes 0, which switches a correction off. */
    @Test
    void aMachineWithSmbios3AloneHasNoAddressOfSmbios2() throws IOException {
        EfiFacts.Builder facts = EfiFacts.builder().fwVendor(1).configTable(2).runtimeMap(RUNTIME_MAP);
        ByteBuffer data =
                setupData(builder(machine().efi(facts.build())).build()).get(0).data();
        assertThat(data.getLong(8))
                .as("runtime, which Linux 5.7 and newer ignore")
                .isZero();
        assertThat(data.getLong(24)).isEqualTo(-1);
    }

    /** A kernel that was started by kexec tells the virtual one, and kexec-tools hands that on. */
    @Test
    void theAddressOfTheRuntimeServicesIsPhysicalAlsoAfterAKexec() throws IOException {
        EfiFacts.Builder facts = efi().runtime(0xfffffffefe5ed000L + 0xfff);
        ByteBuffer data =
                setupData(builder(machine().efi(facts.build())).build()).get(0).data();
        assertThat(data.getLong(8)).isEqualTo(0x1_3f5e_dfffL);
    }

    @Test
    void whoAsksForNoEfiGetsNone() throws IOException {
        KexecImageBuilder builder = builder(machine()).option(X86Option.NO_EFI);
        assertRefused(builder, "that was asked for");
    }

    @Test
    void aKernelThatCannotTakeEfiOverGetsNone() throws IOException {
        assertRefused(builder(machine()).kernel(TinyKernel.read().kernel()), "XLF_EFI_KEXEC");
    }

    @ParameterizedTest
    @CsvSource({
        "0x1d4, 0, the running kernel has none",
        "0x1c0, 0x32334c45, has not 64 bits",
        "0x1c0, 0, has not 64 bits",
        "0x1cc, 0, descriptors of version 0 with 48 bytes are unknown",
        "0x1cc, 2, descriptors of version 2",
        "0x1c8, 0, with 0 bytes",
        "0x1c8, 39, with 39 bytes",
        "0x1c8, 44, with 44 bytes",
        "0x1c8, 0x408, with 1032 bytes",
        "0x1c8, 0xffffffff, with 4294967295 bytes",
    })
    void runningBootParamsThatDoNotFitAreNotHandedOn(String offset, String value, String reason) throws IOException {
        running.putInt(Integer.decode(offset), (int) Long.decode(value).longValue());
        assertRefused(builder(machine()), reason);
    }

    @Test
    void whereTheSystemTableLiesMustBeKnown() throws IOException {
        running.putInt(0x1c4, 0).putInt(0x1d8, 0);
        assertRefused(builder(machine()), "where the system table lies");
    }

    @Test
    void factsThatAreMissingAreNamed() throws IOException {
        Target machine = machine().build();
        Target.Builder unknown =
                Target.builder(Architecture.X86_64, machine.memoryMap()).acpiRsdp(0x3f77e014);
        assertRefused(builder(unknown.efi(efi().build())), "the boot_params of the running kernel are unknown");
        assertRefused(builder(machine().efi(efi().runtimeMap(List.of()).build())), "the running kernel has none");
        assertRefused(builder(machine().efi(efi().platformBits(32).build())), "has not 64 bits");
        EfiFacts.Builder tables = EfiFacts.builder().runtimeMap(RUNTIME_MAP);
        assertRefused(builder(machine().efi(tables.fwVendor(1).build())), "where the firmware's tables lie");
        Target.Builder noEfi = Target.builder(Architecture.X86_64, machine.memoryMap())
                .acpiRsdp(0x3f77e014)
                .bootParams(Content.of(oldParams));
        assertRefused(builder(noEfi), "what the running kernel tells of EFI is unknown");
    }

    @Test
    void aBiosMachineNeedsNoRemark() throws IOException {
        Target.Builder bios = Target.builder(
                        Architecture.X86_64, Machines.pc(512 * MIB).memoryMap())
                .acpiRsdp(0x3f77e014)
                .bootParams(Content.of(new byte[BootParams.SIZE]));
        KexecImage image = builder(bios).option(X86Option.NO_EFI).build();
        assertNoEfi(image);
        assertThat(image.remarks()).isEmpty();
    }

    @Test
    void whoMayNotFindAcpiIsTold() throws IOException {
        Target.Builder machine = Target.builder(
                        Architecture.X86_64, Machines.pc(512 * MIB).memoryMap())
                .bootParams(Content.of(oldParams))
                .efi(efi().build());
        assertThat(builder(machine).build().remarks())
                .containsExactly(
                        "where ACPI's root pointer lies is unknown: the second kernel may not find ACPI's tables");
        running.putLong(0x70, 0xf59d0);
        machine.bootParams(Content.of(oldParams));
        assertThat(builder(machine).build().remarks()).isEmpty();
    }

    @Test
    void aDeviceTreeIsHandedOnIfItIsAskedFor() throws IOException {
        Content old = Content.of(new byte[] {1, 2, 3});
        Content fresh = Content.of(new byte[] {4, 5, 6, 7, 8});
        assertThat(setupData(builder(machine().deviceTree(old)).build()))
                .extracting(Node::type)
                .containsExactly(4, 9);
        KexecImage image = builder(machine().deviceTree(old)).deviceTree(fresh).build();
        assertThat(setupData(image)).extracting(Node::type).containsExactly(4, 2, 9);
        assertThat(bytes(setupData(image).get(1).data())).containsExactly(4, 5, 6, 7, 8);
        KexecImage reused = builder(machine().deviceTree(old))
                .option(X86Option.REUSE_DEVICE_TREE)
                .build();
        assertThat(bytes(setupData(reused).get(1).data())).containsExactly(1, 2, 3);
    }

    @Test
    void aDeviceTreeThatCannotBeHandedOnIsAnError() throws IOException {
        KexecImageBuilder none = builder(machine()).option(X86Option.REUSE_DEVICE_TREE);
        assertThatThrownBy(none::build)
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("it has none, or it is unknown");
        Content tree = Content.of(new byte[1]);
        KexecImageBuilder two =
                builder(machine().deviceTree(tree)).deviceTree(tree).option(X86Option.REUSE_DEVICE_TREE);
        assertThatThrownBy(two::build)
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("one device tree");
    }

    @Test
    void theLogOfImaIsNotHandedOnAndThatIsSaid() throws IOException {
        assertThat(builder(machine().imaMeasurements(1)).build().remarks()).isEmpty();
        assertThat(builder(machine().imaMeasurements(217)).build().remarks())
                .singleElement()
                .asString()
                .startsWith("IMA's log of 217 measurements is not handed on");
    }

    @ParameterizedTest
    @CsvSource({
        "0x80000009, 4 9",
        "0x8000000a, 4 9",
        "9, 4 9",
        "0x80000008, 4",
        "0x80000004, 4",
        "0x80000003, ''",
        "0x80000000, ''",
    })
    void theSecondKernelGetsNoNodeThatItDoesNotKnow(String setupTypeMax, String types) throws IOException {
        Target target = machine().build();
        var request = new BootRequest(
                target,
                TinyKernel.read().kernel(),
                Optional.empty(),
                "",
                Optional.empty(),
                List.of(),
                Set.of(),
                Optional.empty(),
                new PhysicalRange(0, -1),
                Verification.DEFAULT,
                bytes -> {},
                Progress.NONE);
        LinuxHeader header =
                new LinuxHeader(0x020f, Content.of(new byte[0]), 100, EFI_KEXEC, Long.decode(setupTypeMax));
        EfiHandOver efi = EfiHandOver.of(request, header, Optional.of(BootParams.parse(Content.of(oldParams))));
        SetupDataList list = SetupDataList.of(request, header, efi.node());
        assertThat(list.nodes())
                .extracting(node -> "" + node.type().code())
                .containsExactlyElementsOf(Arrays.stream(types.split(" "))
                        .filter(type -> !type.isEmpty())
                        .toList());
        assertThat(list.remarks()).hasSize(types.endsWith("9") ? 0 : 1);
        assertThat(efi.refusal().isPresent()).isEqualTo(!types.startsWith("4"));
    }

    /** Whatever the running boot_params say, the second kernel's keep the rules, or the reason is said. */
    @Test
    void randomBootParamsKeepTheRules() throws IOException {
        Random random = new Random(20);
        int handedOn = 0;
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[BootParams.SIZE];
            random.nextBytes(bytes);
            if (i % 2 == 0) { // so that some get as far as the memory map
                System.arraycopy(oldParams, 0x1c0, bytes, 0x1c0, 32);
                bytes[0x1c8] = (byte) random.nextInt();
            }
            KexecImage image = builder(machine().bootParams(Content.of(bytes))).build();
            BootParams params = bootParams(image);
            boolean efi = params.get(BootParamsField.EFI_MEMMAP_SIZE) != 0;
            assertThat(image.remarks().isEmpty()).isEqualTo(efi);
            if (efi) {
                handedOn++;
                long size = params.get(BootParamsField.EFI_MEMDESC_SIZE);
                assertThat(size).isGreaterThanOrEqualTo(40);
                assertThat(params.get(BootParamsField.EFI_MEMMAP_SIZE)).isEqualTo(2 * size);
                ByteBuffer map = at(image, params.get(BootParamsField.EFI_MEMMAP), (int) (2 * size));
                assertThat(map.getLong((int) size + 8)).isEqualTo(0x1_3f5e_d000L);
                assertThat(setupData(image)).extracting(Node::type).containsExactly(4, 9);
            } else {
                assertThat(Arrays.copyOfRange(params.toByteArray(), 0x1c0, 0x1e0))
                        .containsOnly(0);
                assertThat(setupData(image)).extracting(Node::type).containsExactly(9);
            }
            assertThat(params.get(BootParamsField.EDDBUF_ENTRIES)).isLessThanOrEqualTo(6);
        }
        assertThat(handedOn).isBetween(10, 100);
    }
}
