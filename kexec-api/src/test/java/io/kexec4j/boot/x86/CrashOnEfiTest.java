package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.crash.CrashMachines;
import io.kexec4j.crash.CrashOptions;
import io.kexec4j.image.KexecImage;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.CrashFacts;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A crash kernel on a machine with EFI is handed on what any other is: it is the same firmware. */
class CrashOnEfiTest extends MachineWithEfi {
    private static final long MIB = 1 << 20;

    @Test
    void efiAndAcpiAreHandedOn() throws IOException {
        CrashFacts facts = CrashMachines.complete(CrashFacts.builder(
                        List.of(new PhysicalRange(0x1000, 0x9fc00), new PhysicalRange(MIB, 512 * MIB)),
                        List.of(new PhysicalRange(256 * MIB, 384 * MIB))))
                .build();
        KexecImage normal = builder(machine()).build();
        KexecImage crash = builder(machine().kernelRelease("6.12.0").crash(facts))
                .crash(CrashOptions.DEFAULT)
                .build();
        for (BootParamsField field : List.of(
                BootParamsField.ACPI_RSDP_ADDR,
                BootParamsField.EFI_LOADER_SIGNATURE,
                BootParamsField.EFI_SYSTAB,
                BootParamsField.EFI_MEMMAP_SIZE,
                BootParamsField.SECURE_BOOT)) {
            assertThat(bootParams(normal).get(field)).as("%s", field).isNotZero();
            assertThat(bootParams(crash).get(field))
                    .as("%s", field)
                    .isEqualTo(bootParams(normal).get(field));
        }
        assertThat(setupData(crash))
                .extracting(Node::type)
                .isEqualTo(setupData(normal).stream().map(Node::type).toList());
    }
}
