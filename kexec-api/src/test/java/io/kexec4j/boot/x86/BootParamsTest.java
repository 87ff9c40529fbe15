package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BootParamsTest {
    @ParameterizedTest
    @EnumSource(BootParamsField.class)
    void everyFieldReadsBackAndTouchesNothingElse(BootParamsField field) throws IOException {
        byte[] value = new byte[field.size()];
        Arrays.fill(value, (byte) 0xa5);
        byte[] bytes = BootParams.builder().put(field, value).build().toByteArray();

        assertThat(BootParams.parse(Content.of(bytes)).bytes(field)).isEqualTo(value);
        Arrays.fill(bytes, field.offset(), field.offset() + field.size(), (byte) 0);
        assertThat(bytes).containsOnly(0);
    }

    @Test
    void numbersAreLittleEndianAndMustFit() {
        BootParams params = BootParams.builder()
                .put(BootParamsField.RAMDISK_SIZE, 0x89ab_cdefL)
                .put(BootParamsField.ACPI_RSDP_ADDR, -2)
                .build();
        assertThat(params.get(BootParamsField.RAMDISK_SIZE)).isEqualTo(0x89ab_cdefL);
        assertThat(params.bytes(BootParamsField.RAMDISK_SIZE)).containsExactly(0xef, 0xcd, 0xab, 0x89);
        assertThat(params.get(BootParamsField.ACPI_RSDP_ADDR)).isEqualTo(-2);
        assertThatThrownBy(() -> BootParams.builder().put(BootParamsField.RAMDISK_SIZE, 1L << 32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0x100000000 does not fit into the 4 bytes of ramdisk_size");
        assertThatThrownBy(() -> BootParams.builder().put(BootParamsField.E820_TABLE, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("e820_table is no number");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4095, 4097})
    void otherSizesAreRefused(int size) {
        assertThatThrownBy(() -> BootParams.parse(Content.of(new byte[size])))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("boot_params must have 4096 bytes, not " + size);
    }
}
