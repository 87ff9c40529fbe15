package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are a text or the declared exception, and so is any value. */
class VmcoreinfoFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(
                        "PAGESIZE=4096\nSYMBOL(x)=ffffffff81000000\nNUMBER(x)=-129\n",
                        "NUMBER(x)=0xfff1\nKERNELOFFSET=0\nSIZE(x)=64\nOFFSET(x)=8\nLENGTH(x)=11\n")
                .map(text -> text.getBytes(StandardCharsets.US_ASCII));
    }

    private interface Call {
        Object get() throws ElfFormatException;
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytes(byte[] bytes) {
        Vmcoreinfo info;
        try {
            info = Vmcoreinfo.parse(ByteBuffer.wrap(bytes));
        } catch (ElfFormatException e) {
            assertThat(e.offset()).isBetween(0L, (long) bytes.length);
            return;
        }
        survives(info::pageSize, bytes);
        survives(info::kernelOffset, bytes);
        survives(() -> info.number("x"), bytes);
        survives(() -> info.symbol("x"), bytes);
        survives(() -> info.size("x"), bytes);
        survives(() -> info.offset("x"), bytes);
        survives(() -> info.length("x"), bytes);
    }

    private static void survives(Call call, byte[] bytes) {
        try {
            assertThat(call.get()).isNotNull();
        } catch (ElfFormatException e) {
            assertThat(e.offset()).isBetween(1L, (long) bytes.length);
        }
    }
}
