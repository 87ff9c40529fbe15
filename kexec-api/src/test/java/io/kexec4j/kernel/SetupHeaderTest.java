package io.kexec4j.kernel;

import static io.kexec4j.kernel.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SetupHeaderTest {
    private static SetupHeader header(BzImageBuilder builder) throws IOException {
        return BzImage.parse(builder.content()).header();
    }

    @Test
    void everyFieldIsReadFromItsPlace() throws IOException {
        SetupHeader header = header(new BzImageBuilder()
                .set("setup_sects", 39)
                .set("root_flags", 0x0102)
                .set("syssize", 0x03040506)
                .set("vid_mode", 0x090a)
                .set("root_dev", 0x0b0c)
                .set("type_of_loader", 0x13)
                .set("loadflags", 0x15)
                .set("code32_start", 0x18191a1b)
                .set("ramdisk_image", 0x1c1d1e1f)
                .set("ramdisk_size", 0x20212223)
                .set("ext_loader_ver", 0x2a)
                .set("ext_loader_type", 0x2b)
                .set("cmd_line_ptr", 0xfc2d2e2fL)
                .set("initrd_addr_max", 0xf0313233L)
                .set("kernel_alignment", 0x400000)
                .set("min_alignment", 20)
                .set("xloadflags", 0x8034)
                .set("cmdline_size", 0xf5363738L)
                .set("hardware_subarch", 0x393a3b3c)
                .set("hardware_subarch_data", 0xf0f1f2f3f4f5f6f7L)
                .set("setup_data", 0xe0e1e2e3e4e5e6e7L)
                .set("pref_address", 0xd0d1d2d3d4d5d6d7L)
                .set("init_size", 0xc0c1c2c3L)
                .set("handover_offset", 0x3d3e3f40));

        assertThat(header.setupSects()).isEqualTo(39);
        assertThat(header.setupSize()).isEqualTo(40 * 512);
        assertThat(header.rootFlags()).isEqualTo(0x0102);
        assertThat(header.syssize()).isEqualTo(0x03040506);
        assertThat(header.vidMode()).isEqualTo(0x090a);
        assertThat(header.rootDev()).isEqualTo(0x0b0c);
        assertThat(header.bootFlag()).isEqualTo(0xaa55);
        assertThat(header.version()).isEqualTo(0x020f);
        assertThat(header.kernelVersion()).isZero();
        assertThat(header.typeOfLoader()).isEqualTo(0x13);
        assertThat(header.loadflags()).isEqualTo(0x15);
        assertThat(header.loadedHigh()).isTrue();
        assertThat(header.code32Start()).isEqualTo(0x18191a1b);
        assertThat(header.ramdiskImage()).isEqualTo(0x1c1d1e1f);
        assertThat(header.ramdiskSize()).isEqualTo(0x20212223);
        assertThat(header.extLoaderVer()).isEqualTo(0x2a);
        assertThat(header.extLoaderType()).isEqualTo(0x2b);
        assertThat(header.cmdLinePtr()).isEqualTo(0xfc2d2e2fL);
        assertThat(header.initrdAddrMax()).isEqualTo(0xf0313233L);
        assertThat(header.kernelAlignment()).isEqualTo(0x400000);
        assertThat(header.relocatable()).isTrue();
        assertThat(header.minAlignment()).isEqualTo(20);
        assertThat(header.xloadflags()).isEqualTo(0x8034);
        assertThat(header.cmdlineSize()).isEqualTo(0xf5363738L);
        assertThat(header.hardwareSubarch()).isEqualTo(0x393a3b3c);
        assertThat(header.hardwareSubarchData()).isEqualTo(0xf0f1f2f3f4f5f6f7L);
        assertThat(header.payloadOffset()).isZero();
        assertThat(header.payloadLength()).isZero();
        assertThat(header.setupData()).isEqualTo(0xe0e1e2e3e4e5e6e7L);
        assertThat(header.prefAddress()).isEqualTo(0xd0d1d2d3d4d5d6d7L);
        assertThat(header.initSize()).isEqualTo(0xc0c1c2c3L);
        assertThat(header.handoverOffset()).isEqualTo(0x3d3e3f40);
        assertThat(header.kernelInfoOffset()).isZero();
    }

    /** A version has a field, or reads its default even if there happen to be bytes. */
    @ParameterizedTest
    @ValueSource(
            ints = {0x200, 0x201, 0x202, 0x203, 0x204, 0x205, 0x206, 0x207, 0x208, 0x209, 0x20a, 0x20b, 0x20c, 0x20d})
    void fieldsBeginWithTheirVersion(int version) throws IOException {
        BzImageBuilder builder = new BzImageBuilder()
                .set("syssize", 0x12345)
                .set("ext_loader_ver", 2)
                .set("ext_loader_type", 3)
                .set("cmd_line_ptr", 4)
                .set("hardware_subarch", 5)
                .set("hardware_subarch_data", 6)
                .set("payload_offset", 0)
                .set("payload_length", 7)
                .set("setup_data", 8)
                .set("handover_offset", 9)
                .set("kernel_info_offset", 10)
                .set("version", version);
        byte[] newest = builder.version(0x20e).bytes();
        newest[0x206] = (byte) version;
        SetupHeader header = BzImage.parse(Content.of(newest)).header();

        assertThat(header.version()).isEqualTo(version);
        assertThat(header.syssize()).isEqualTo(version >= 0x204 ? 0x12345 : 0x2345);
        assertThat(header.extLoaderVer()).isEqualTo(version >= 0x202 ? 2 : 0);
        assertThat(header.extLoaderType()).isEqualTo(version >= 0x202 ? 3 : 0);
        assertThat(header.cmdLinePtr()).isEqualTo(version >= 0x202 ? 4 : 0);
        assertThat(header.initrdAddrMax()).isEqualTo(version >= 0x203 ? 0x7fffffff : 0x37ffffff);
        assertThat(header.kernelAlignment()).isEqualTo(version >= 0x205 ? 0x200000 : 1);
        assertThat(header.relocatable()).isEqualTo(version >= 0x205);
        assertThat(header.minAlignment()).isEqualTo(version >= 0x205 ? 21 : 0);
        assertThat(header.cmdlineSize()).isEqualTo(version >= 0x206 ? 2047 : 255);
        assertThat(header.hardwareSubarch()).isEqualTo(version >= 0x207 ? 5 : 0);
        assertThat(header.hardwareSubarchData()).isEqualTo(version >= 0x207 ? 6 : 0);
        assertThat(header.payloadLength()).isEqualTo(version >= 0x208 ? 7 : 0);
        assertThat(header.setupData()).isEqualTo(version >= 0x209 ? 8 : 0);
        assertThat(header.prefAddress()).isEqualTo(version >= 0x20a ? 0x1000000 : 0x100000);
        assertThat(header.initSize()).isEqualTo(version >= 0x20a ? 0x100000 : 0);
        assertThat(header.handoverOffset()).isEqualTo(version >= 0x20b ? 9 : 0);
        assertThat(header.xloadflags()).isEqualTo(version >= 0x20c ? 0x7f : 0);
        assertThat(header.kernelInfoOffset()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "0x200, 0x224", "0x201, 0x226", "0x202, 0x22c", "0x203, 0x230", "0x204, 0x230", "0x205, 0x235", "0x206, 0x23c",
        "0x207, 0x248", "0x208, 0x250", "0x209, 0x258", "0x20a, 0x264", "0x20b, 0x268", "0x20c, 0x268", "0x20d, 0x268",
        "0x20e, 0x268", "0x20f, 0x26c", "0x210, 0x26c", "0x2ff, 0x26c"
    })
    void theHeaderEndsBehindTheFieldsOfItsVersion(int version, int end) throws IOException {
        BzImageBuilder builder = new BzImageBuilder().version(version);
        assertThat(header(builder).end()).isEqualTo(end);
        assertThat(header(builder.headerEnd(0x290)).end()).isEqualTo(0x290);
        assertRefused(builder.headerEnd(end - 1), 0x201, "must end at 0x%x to 0x290".formatted(end));
        assertRefused(builder.headerEnd(0x291), 0x201, "ends at 0x291");
        assertRefused(builder.headerEnd(0x202), 0x201, "ends at 0x202");
        assertRefused(builder.headerEnd(0x202 + 0xff), 0x201, "ends at 0x301");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x1ff, 0x300, 0xffff})
    void otherMajorVersionsAreRefused(int version) {
        assertRefused(new BzImageBuilder().set("version", version), 0x206, "is 0x%04x".formatted(version));
    }

    /** 2.14 was burnt: it has what 2.13 has, also where the bytes of a later field happen to lie. */
    @Test
    void version214IsThatOf213() throws IOException {
        BzImageBuilder builder = new BzImageBuilder().version(0x20e).patch(0x268, new byte[] {1, 2, 3, 4});
        assertThat(header(builder).kernelInfoOffset()).isZero();
        assertThat(header(builder).xloadflags()).isEqualTo(0x7f);
    }

    @Test
    void theRawHeaderIsExactlyWhatTheFileHas() throws IOException {
        byte[] file = new BzImageBuilder()
                .version(0x0220)
                .headerEnd(0x27b)
                .patch(0x26c, "fields to come, and code after".getBytes(StandardCharsets.US_ASCII))
                .bytes();
        SetupHeader header = BzImage.parse(Content.of(file)).header();
        byte[] raw = new byte[header.rawBytes().remaining()];
        header.rawBytes().get(raw);
        assertThat(raw).isEqualTo(Arrays.copyOfRange(file, 0x1f1, 0x27b));
        assertThat(header.rawBytes().isReadOnly()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "ram_size, 0x1f8, 0x0708", "realmode_swtch, 0x208, 0x0d0e0f10", "start_sys_seg, 0x20c, 0x1112",
        "setup_move_size, 0x212, 0x1617", "bootsect_kludge, 0x220, 0x24252627", "heap_end_ptr, 0x224, 0x2829"
    })
    void theRawHeaderHasTheFieldsForRealMode(String name, int offset, int value) throws IOException {
        ByteBuffer raw = header(new BzImageBuilder().set(name, value)).rawBytes();
        int index = offset - SetupHeader.START;
        assertThat(value > 0xffff ? raw.getInt(index) : raw.getShort(index)).isEqualTo(value);
    }

    @Test
    void headersAreValues() throws IOException {
        SetupHeader one = header(new BzImageBuilder());
        assertThat(one)
                .isEqualTo(header(new BzImageBuilder()))
                .hasSameHashCodeAs(header(new BzImageBuilder()))
                .isNotEqualTo(header(new BzImageBuilder().set("root_dev", 1)));
        assertThat(one).hasToString("setup_header[version 0x020f, init_size 0x100000, pref_address 0x1000000]");
    }

    @Test
    void aJumpThatIsNotShortIsRefused() {
        assertRefused(new BzImageBuilder().set("jump", 0xe9), 0x200, "is 0xe9");
    }
}
