package io.kexec4j.kernel;

import static io.kexec4j.kernel.MultibootImages.elf;
import static io.kexec4j.kernel.MultibootImages.file;
import static io.kexec4j.kernel.MultibootImages.header1;
import static io.kexec4j.kernel.MultibootImages.header2;
import static io.kexec4j.kernel.MultibootImages.header2WithoutEnd;
import static io.kexec4j.kernel.MultibootImages.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.kernel.MultibootHeader.Addresses;
import io.kexec4j.kernel.MultibootHeader.Framebuffer;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultibootKernelTest {
    private static final int MUTATIONS = 20_000;
    private static final long KLUDGE = Multiboot1Header.ADDRESSES;

    private static MultibootKernel parse(byte[] bytes) throws IOException {
        MultibootKernel kernel = MultibootKernel.parse(Content.of(bytes));
        assertThat(KernelFile.parse(Content.of(bytes))).isInstanceOf(MultibootKernel.class);
        return kernel;
    }

    private static MalformedInputException refusal(byte[] bytes) {
        MalformedInputException refusal =
                catchThrowableOfType(MalformedInputException.class, () -> MultibootKernel.parse(Content.of(bytes)));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private static MalformedInputException refusal2(byte[]... tags) {
        return refusal(elf(header2(tags)));
    }

    @Test
    void version1InAnElfFile() throws IOException {
        MultibootKernel kernel = parse(elf(header1(3)));
        assertThat(kernel.header()).isInstanceOf(Multiboot1Header.class);
        assertThat(kernel.header().version()).isEqualTo(1);
        assertThat(kernel.header().offset()).isEqualTo(0x60);
        assertThat(kernel.header().alignsModules()).isTrue();
        assertThat(kernel.header().addresses()).isEmpty();
        assertThat(kernel.header().entryAddress()).isEmpty();
        assertThat(kernel.elf()).isPresent();
        assertThat(kernel.segments()).isEqualTo(kernel.elf().orElseThrow().segments());
        assertThat(kernel.entry()).isEqualTo(0x100040);
        assertThat(kernel).hasToString("multiboot kernel in an ELF file, entry 0x100040");
        assertThat(kernel.headers()).containsExactly(kernel.header());
    }

    /** A header that cannot be used does not keep a file from being started by the other. */
    @Test
    void aGoodHeaderIsEnough() throws IOException {
        byte[] unknown2 = header2(tag(99, 0));
        byte[] noEntry2 = header2(tag(2, 0, 0x100010, 0x100000, 0, 0));
        for (byte[] bad : new byte[][] {unknown2, noEntry2}) {
            MultibootKernel kernel = parse(elf(bad, new byte[-bad.length & 7], header1(3)));
            assertThat(kernel.header().version()).isEqualTo(1);
            assertThat(kernel.entry()).isEqualTo(0x100040);
        }
        MultibootKernel second = parse(elf(header2(), header1(8)));
        assertThat(second.header().version()).isEqualTo(2);
        assertThat(second.headers()).hasSize(1);
        MalformedInputException none = refusal(elf(unknown2, header1(8)));
        assertThat(none).hasMessageContaining("99");
        assertThat(none.getSuppressed()).hasSize(1);
    }

    @Test
    void version1WithVideo() throws IOException {
        Multiboot1Header header = (Multiboot1Header)
                parse(elf(header1(4, 0, 0, 0, 0, 0, 1, 80, 25, 0))).header();
        assertThat(header.textMode()).isTrue();
        assertThat(header.framebuffer()).contains(new Framebuffer(80, 25, 0));
        assertThat(header.alignsModules()).isFalse();
        Multiboot1Header graphics = (Multiboot1Header)
                parse(elf(header1(4, 0, 0, 0, 0, 0, 0, 1024, 768, 32))).header();
        assertThat(graphics.textMode()).isFalse();
        assertThat(graphics.framebuffer()).contains(new Framebuffer(1024, 768, 32));
    }

    @ParameterizedTest
    @CsvSource({"3, 0x0000", "8, 0x0008", "0x8000, 0x8000", "0xfff8, 0xfff8"})
    void version1MustAskForNothingUnknown(String flags, String unknown) throws IOException {
        byte[] kernel = elf(header1(Long.decode(flags)));
        if (unknown.equals("0x0000")) {
            assertThat(parse(kernel).segments()).hasSize(1);
            return;
        }
        assertThat(refusal(kernel)).hasMessageContaining("must ask for nothing unknown");
        assertThat(refusal(kernel)).hasMessageContaining("ask for " + unknown);
        assertThat(refusal(kernel).offset()).isEqualTo(0x64);
    }

    @Test
    void optionalFlagsOfVersion1AreKept() throws IOException {
        Multiboot1Header header =
                (Multiboot1Header) parse(elf(header1(0xfffe0003L))).header();
        assertThat(header.flags()).isEqualTo(0xfffe0003L);
    }

    /** header, load, load_end, bss_end, entry; then what is loaded, from which byte of a file of 0x2000 bytes. */
    @ParameterizedTest
    @CsvSource({
        "0x100100, 0x100000, 0x101000, 0x103000, 0x100200, 0x100000, 0x1000, 0x103000, 0",
        "0x100100, 0x100000, 0, 0, 0x100000, 0x100000, 0x2000, 0x102000, 0",
        "0x100100, 0x100000, 0, 0x103000, 0x102fff, 0x100000, 0x2000, 0x103000, 0",
        "0x100000, 0x100000, 0, 0, 0x100000, 0x100000, 0x1f00, 0x101f00, 0x100",
        "0x100010, 0x100000, 0x100020, 0, 0x10001f, 0x100000, 0x20, 0x100020, 0xf0",
        "0xfffff000, 0xfffff000, 0xffffffff, 0, 0xfffff000, 0xfffff000, 0xfff, 0xffffffff, 0x100",
    })
    void addressesSayWhatIsLoaded(
            String header,
            String load,
            String loadEnd,
            String bssEnd,
            String entry,
            String at,
            String size,
            String end,
            String from)
            throws IOException {
        long[] addresses = {
            Long.decode(header), Long.decode(load), Long.decode(loadEnd), Long.decode(bssEnd), Long.decode(entry)
        };
        for (int version = 1; version <= 2; version++) {
            byte[] bytes = Streams.sample(0x2000, 3);
            byte[] mark = version == 1
                    ? header1(KLUDGE, addresses)
                    : header2(tag(2, 0, Arrays.copyOf(addresses, 4)), tag(3, 0, addresses[4]));
            System.arraycopy(mark, 0, bytes, 0x100, mark.length);
            MultibootKernel kernel = parse(bytes);
            assertThat(kernel.elf()).isEmpty();
            assertThat(kernel.entry()).isEqualTo(addresses[4]);
            assertThat(kernel.header().addresses())
                    .contains(new Addresses(addresses[0], addresses[1], addresses[2], addresses[3]));
            assertThat(kernel.segments())
                    .containsExactly(new LoadSegment(
                            new PhysicalRange(Long.decode(at), Long.decode(end)),
                            Content.of(bytes).slice(Long.decode(from), Long.decode(size))));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x100101, 0x100000, 0, 0, 0x100000, load_addr", // begins before the file
        "0x100000, 0x100001, 0, 0, 0x100001, load_addr",
        "0x100100, 0x100000, 0x102001, 0, 0x100000, load_end_addr",
        "0x100100, 0x100000, 0x100000, 0, 0x100000, load_end_addr",
        "0x100100, 0x100000, 0x0fffff, 0, 0x100000, load_end_addr",
        "0x100100, 0x100000, 0x101000, 0x100fff, 0x100000, bss_end_addr",
        "0xfffff100, 0xfffff000, 0, 0, 0xfffff000, bss_end_addr",
        "0x100100, 0x100000, 0x101000, 0x102000, 0x102000, the entry must lie",
        "0x100100, 0x100000, 0x101000, 0x102000, 0xfffff, the entry must lie",
    })
    void addressesThatCannotBeAreNamed(
            String header, String load, String loadEnd, String bssEnd, String entry, String words) {
        long[] addresses = {
            Long.decode(header), Long.decode(load), Long.decode(loadEnd), Long.decode(bssEnd), Long.decode(entry)
        };
        assertThat(refusal(file(0x2000, 0x100, header1(KLUDGE, addresses)))).hasMessageContaining(words);
        byte[] second = header2(tag(2, 0, Arrays.copyOf(addresses, 4)), tag(3, 0, addresses[4]));
        assertThat(refusal(file(0x2000, 0x100, second))).hasMessageContaining(words);
    }

    @Test
    void version2CanBeLoadedFromTheFirstByte() throws IOException {
        byte[] bytes = file(0x2000, 0x100, header2(tag(2, 0, 0x100100, 0xffffffffL, 0, 0), tag(3, 0, 0x100000)));
        assertThat(parse(bytes).segments())
                .containsExactly(new LoadSegment(new PhysicalRange(0x100000, 0x102000), Content.of(bytes)));
        byte[] below = file(0x2000, 0x100, header2(tag(2, 0, 0xff, 0xffffffffL, 0, 0), tag(3, 0, 0)));
        assertThat(refusal(below)).hasMessageContaining("load_addr");
        byte[] noEntry = file(0x2000, 0x100, header2(tag(2, 0, 0x100100, 0x100000, 0, 0)));
        assertThat(refusal(noEntry)).hasMessageContaining("must have an entry address");
    }

    @Test
    void version2HasTags() throws IOException {
        byte[] header = header2(
                tag(1, 0, 6, 8),
                tag(1, 1, 14),
                tag(3, 0, 0x100080),
                tag(4, 0, 3),
                tag(5, 1, 1280, 800, 32),
                tag(6, 0),
                tag(7, 0),
                tag(8, 1, 0x100090),
                tag(9, 1, 0x1000a0),
                tag(10, 0, 0x200000, 0x40000000, 0x200000, 2),
                tag(99, 1, 7));
        MultibootKernel kernel = parse(elf(header));
        assertThat(kernel.entry()).isEqualTo(0x100080);
        Multiboot2Header found = (Multiboot2Header) kernel.header();
        assertThat(found.version()).isEqualTo(2);
        assertThat(found.architecture()).isZero();
        assertThat(found.requests())
                .containsExactly(
                        new Multiboot2Header.Request(6, false),
                        new Multiboot2Header.Request(8, false),
                        new Multiboot2Header.Request(14, true));
        assertThat(found.consoleFlags()).hasValue(3);
        assertThat(found.framebuffer()).isEqualTo(Optional.of(new Framebuffer(1280, 800, 32)));
        assertThat(found.alignsModules()).isTrue();
        assertThat(found.bootServices()).isTrue();
        assertThat(found.efi32Entry()).hasValue(0x100090);
        assertThat(found.efi64Entry()).hasValue(0x1000a0);
        assertThat(found.relocatable()).contains(new Multiboot2Header.Relocatable(0x200000, 0x40000000, 0x200000, 2));
        assertThat(found.unknownTags())
                .containsExactly(new Multiboot2Header.Tag(99, 1, Content.of(new byte[] {7, 0, 0, 0})));
        Multiboot2Header plain = (Multiboot2Header) parse(elf(header2())).header();
        assertThat(plain.alignsModules()).isFalse();
        assertThat(plain.requests()).isEmpty();
    }

    /** kexec-tools walks the tags without an end, and for ever where one has no size. */
    @Test
    void version2TagsAreChecked() {
        assertThat(refusal2(tag(99, 0))).hasMessageContaining("unknown type 99 must be optional");
        assertThat(refusal2(tag(3, 0))).hasMessageContaining("must lie within");
        assertThat(refusal2(tag(2, 0, 1, 2, 3))).hasMessageContaining("must lie within");
        assertThat(refusal2(tag(10, 0, 0, 0x1000, 3, 0))).hasMessageContaining("power of two");
        assertThat(refusal2(tag(10, 0, 0x1000, 0x1000, 1, 0))).hasMessageContaining("min_addr");
        assertThat(refusal(elf(header2WithoutEnd(tag(6, 0))))).hasMessageContaining("must end with one of type 0");
        for (int size : new int[] {0, 7, 0x1000, -1}) {
            byte[] tag = tag(6, 0);
            System.arraycopy(Streams.word(size), 0, tag, 4, 4);
            assertThat(refusal2(tag)).hasMessageContaining("a tag must have 8 bytes or more");
            assertThat(refusal2(tag).offset()).isEqualTo(0x60 + 16 + 4);
        }
        byte[] end = tag(0, 0, 1, 2);
        assertThat(refusal(elf(header2WithoutEnd(end)))).hasMessageContaining("the last tag must have 8 bytes");
    }

    @Test
    void theNewestVersionCountsUnlessTheOtherIsChosen() throws IOException {
        byte[] first = header1(KLUDGE, 0x200060 + 32, 0x200060 + 32, 0, 0, 0x200080);
        byte[] second = header2(tag(3, 0, 0x100080));
        MultibootKernel kernel = parse(elf(second, first));
        assertThat(kernel.headers()).extracting(MultibootHeader::version).containsExactly(2, 1);
        assertThat(kernel.header().version()).isEqualTo(2);
        assertThat(kernel.entry()).isEqualTo(0x100080);
        MultibootKernel other = kernel.withHeader(kernel.headers().get(1));
        assertThat(other.header().version()).isEqualTo(1);
        assertThat(other.entry()).isEqualTo(0x200080);
        assertThat(other.elf()).isEmpty();
        MultibootHeader foreign = parse(elf(header1(0))).header();
        assertThatThrownBy(() -> kernel.withHeader(foreign)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 8180, true", "1, 8184, false", "1, 2, false", "1, 4, true",
        "2, 32744, true", "2, 32760, false", "2, 4, false", "2, 8, true"
    })
    void headersLieInAWindowAtARoundPlace(int version, int offset, boolean found) throws IOException {
        byte[] header = version == 1 ? header1(0) : header2();
        byte[] bytes = file(0x10000, offset, header);
        assertThat(MultibootKernel.hasHeader(Content.of(bytes))).isEqualTo(found);
        bytes[offset + 4] ^= 1;
        assertThat(MultibootKernel.hasHeader(Content.of(bytes))).isFalse();
    }

    @Test
    void aHeaderThatEndsBehindItsWindowIsRefused() {
        byte[] first = file(0x10000, 8192 - 16, header1(KLUDGE, 0x100000, 0x100000, 0, 0, 0x100000));
        assertThat(refusal(first)).hasMessageContaining("must lie within the 8192 bytes");
        byte[] second = file(0x10000, 32768 - 24, header2(tag(6, 0)));
        assertThat(refusal(second)).hasMessageContaining("header_length");
    }

    @Test
    void aFlatFileNeedsAddresses() {
        assertThat(refusal(file(0x2000, 0, header1(0))))
                .hasMessageStartingWith("inside a multiboot kernel whose header at 0x0 has no addresses: ELF kernel: ");
        assertThat(refusal(new byte[100])).hasMessageContaining("this is a file of 100 zero bytes");
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] kernel = elf(header2(tag(1, 0, 6), tag(3, 0, 0x100080)));
        for (int length = 0; length < kernel.length; length++) {
            assertThat(refusal(Arrays.copyOf(kernel, length))).isNotNull();
        }
        byte[] flat = file(0x200, 0x100, header1(KLUDGE, 0x100100, 0x100000, 0x100200, 0, 0x100000));
        for (int length = 0; length < flat.length; length++) {
            assertThat(refusal(Arrays.copyOf(flat, length))).isNotNull();
        }
    }

    @Test
    void changesAreSurvived() throws IOException {
        byte[] header =
                header2(tag(1, 0, 6), tag(2, 0, 0x100060, 0x100000, 0, 0x200000), tag(3, 0, 0x100080), tag(9, 1, 1));
        byte[] whole = elf(header, header1(KLUDGE, 0x100060, 0x100000, 0, 0, 0x100080));
        int accepted = 0;
        for (int seed = 0; seed < MUTATIONS; seed++) {
            Random random = new Random(seed);
            byte[] changed = whole.clone();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                int offset = 0x60 + 16 + random.nextInt(0x80 - 16);
                changed[offset] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(2) - 1);
            }
            try {
                MultibootKernel kernel = MultibootKernel.parse(Content.of(changed));
                assertThat(kernel.segments())
                        .anyMatch(segment -> segment.range().contains(kernel.entry()));
                accepted++;
            } catch (MalformedInputException e) {
                assertThat(e).hasMessageContaining("kernel");
            }
        }
        assertThat(accepted).isBetween(1, MUTATIONS - 1);
    }
}
