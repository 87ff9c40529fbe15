package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Layout and linking do not depend on class, byte order or kind of relocation table: an architecture is one class. */
class NeutralLinkTest {
    private static final class Imaginary implements Relocator {
        private static final Map<Integer, RelocationType> TYPES = Map.of(
                1, new RelocationType("R_IMAGINARY_32", 4, site -> site.putUnsigned32(site.absolute())),
                2, new RelocationType("R_IMAGINARY_REL32", 4, site -> site.putSigned32(site.relative())),
                3, new RelocationType("R_IMAGINARY_64", 8, site -> site.put64(site.absolute())));

        private final int tableType;

        Imaginary(int tableType) {
            this.tableType = tableType;
        }

        @Override
        public String name() {
            return "imaginary";
        }

        @Override
        public boolean supports(ElfHeader header) {
            return true;
        }

        @Override
        public int tableType() {
            return tableType;
        }

        @Override
        public @Nullable RelocationType type(int code) {
            return TYPES.get(code);
        }

        @Override
        public ObjectAbi abi(ElfFile file, SectionLayout layout) {
            return ObjectAbi.PLAIN;
        }
    }

    private static ElfBuilder bigEndian32() {
        ElfBuilder builder = new ElfBuilder(ElfClass.ELF32, ByteOrder.BIG_ENDIAN).machine(ElfHeader.EM_PPC);
        ElfBuilder.SectionSpec text = builder.section(".text", Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC)
                .alignment(16)
                .content(new byte[] {0, 0, 0, 5, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xfe, 0, 0});
        int end = builder.symbol("end", Symbol.STB_GLOBAL, 0, text.index, 10, 0);
        builder.relocation(text, 0, end, 1, 7);
        builder.relocation(text, 4, end, 2, 8);
        return builder;
    }

    @Test
    void addendsComeFromTheTable() throws Exception {
        RelocatableObject object = RelocatableObject.of(bigEndian32().build().parse(), new Imaginary(Section.SHT_RELA));
        ByteBuffer content = ByteBuffer.wrap(object.link(0x8000).content());

        assertThat(content.getInt(0)).isEqualTo(0x8000 + 10 + 7);
        assertThat(content.getInt(4)).isEqualTo(10 + 8 - 4);
    }

    @Test
    void addressesOf32BitsEndAt4GiB() throws Exception {
        ElfBuilder builder = new ElfBuilder(ElfClass.ELF32, ByteOrder.BIG_ENDIAN);
        builder.section(".data", Section.SHT_PROGBITS).flags(Section.SHF_ALLOC).content(new byte[16]);
        RelocatableObject object = RelocatableObject.of(builder.build().parse(), new Imaginary(Section.SHT_RELA));

        assertThat(object.link(0xfffffff0L).address()).isEqualTo(0xfffffff0L);
        assertThatIllegalArgumentException().isThrownBy(() -> object.link(0xfffffff1L));
        assertThatIllegalArgumentException().isThrownBy(() -> object.link(0x100000000L));
        assertThatIllegalArgumentException().isThrownBy(() -> object.link(-16));
    }

    /** A place of 8 bytes whose addend is stored there. */
    @Test
    void addendsInPlaceAreAsWideAsThePlace() throws Exception {
        ElfBuilder builder = new ElfBuilder(ElfClass.ELF64, ByteOrder.BIG_ENDIAN).withoutAddends();
        ElfBuilder.SectionSpec data = builder.section(".data", Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC)
                .content(new byte[] {0, 0, 1, 0, 0, 0, 0, 2});
        builder.relocation(data, 0, builder.symbol("data", 1, 0, data.index, 0, 8), 3, 0);
        RelocatableObject object = RelocatableObject.of(builder.build().parse(), new Imaginary(Section.SHT_REL));

        assertThat(ByteBuffer.wrap(object.link(0x8000).content()).getLong()).isEqualTo(0x100_0000_8002L);
    }

    @Test
    void addendsComeFromThePlace() throws Exception {
        ElfFile file = bigEndian32().withoutAddends().build().parse();
        RelocatableObject object = RelocatableObject.of(file, new Imaginary(Section.SHT_REL));
        ByteBuffer content = ByteBuffer.wrap(object.link(0x8000).content());

        assertThat(content.getInt(0)).isEqualTo(0x8000 + 10 + 5);
        assertThat(content.getInt(4)).isEqualTo(10 - 2 - 4);
        assertThatThrownBy(() -> RelocatableObject.of(file, new Imaginary(Section.SHT_RELA)))
                .hasMessageContaining("relocations for imaginary must be of section type SHT_RELA");
    }
}
