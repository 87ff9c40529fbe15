package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are boot_params whose fields can be read and written again, or are refused for their number alone. */
class BootParamsFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(new byte[BootParams.SIZE], new byte[BootParams.SIZE - 1], new byte[BootParams.SIZE + 1]);
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytes(byte[] bytes) throws IOException {
        BootParams params;
        try {
            params = BootParams.parse(Content.of(bytes));
        } catch (MalformedInputException e) {
            assertThat(bytes.length).isNotEqualTo(BootParams.SIZE);
            return;
        }
        assertThat(params.toByteArray()).isEqualTo(bytes);
        for (BootParamsField field : BootParamsField.values()) {
            byte[] value = params.bytes(field);
            BootParams.Builder copy = BootParams.builder();
            if (field.size() <= Long.BYTES) {
                copy.put(field, params.get(field));
            } else {
                copy.put(field, value);
            }
            assertThat(copy.build().bytes(field)).isEqualTo(value);
        }
    }
}
