package io.kexec4j.boot.arm64;

import static io.kexec4j.boot.arm64.Arm64Machines.GIB;
import static io.kexec4j.boot.arm64.Arm64Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.Arm64Images;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.MmioUart;
import io.kexec4j.purgatory.SerialConsole;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Arm64ProtocolTest {
    private static final PhysicalRange EVERYWHERE = new PhysicalRange(0, -1);
    private static final Content INITRD = Content.zeroes(3 * MIB + 5);

    private static KernelFile image(Arm64Images image) throws IOException {
        return KernelFile.parse(Content.of(image.bytes()));
    }

    private static KexecImageBuilder builder(Target target, KernelFile kernel) {
        return KexecImageBuilder.forTarget(target)
                .kernel(kernel)
                .commandLine("quiet")
                .random(bytes -> Arrays.fill(bytes, (byte) 1));
    }

    private static Segment of(KexecImage image, SegmentRole role) {
        return image.segment(role).orElseThrow();
    }

    @Test
    void startsAnImageThroughThePurgatory() throws IOException {
        Target target = Arm64Machines.virt(GIB).build();
        KernelFile kernel = image(new Arm64Images());

        KexecImage image = builder(target, kernel).initrd(INITRD).build();

        new Arm64ImageRules(target, 0, 0x10000, false, Optional.of(INITRD), EVERYWHERE).assertKeptBy(image);
        assertThat(image.architecture()).isEqualTo(Architecture.AARCH64);
        assertThat(image.flagBits()).isEqualTo(183L << 16);
    }

    @ParameterizedTest
    @ValueSource(longs = {0x1000, 0x4000, 0x10000})
    void takesPagesOfAnySize(long pageSize) throws IOException {
        Target target = Arm64Machines.virt(GIB).pageSize(pageSize).build();

        KexecImage image =
                builder(target, image(new Arm64Images())).initrd(INITRD).build();

        new Arm64ImageRules(target, 0, 0x10000, false, Optional.of(INITRD), EVERYWHERE).assertKeptBy(image);
    }

    /** Linux 3.17 to 4.5 cannot use what lies below it, and has a text_offset. */
    @Test
    void keepsTheTighterRulesOfOlderKernels() throws IOException {
        Target target = Arm64Machines.with(PhysicalRange.ofSize(GIB, 64 * MIB), PhysicalRange.ofSize(4 * GIB, GIB))
                .deviceTree(Arm64Machines.tree(GIB))
                .build();
        KernelFile kernel = image(
                new Arm64Images().set("flags", 2).set("text_offset", 0x80000).set("image_size", 0x100000));

        KexecImage image = builder(target, kernel).build();

        new Arm64ImageRules(target, 0x80000, 0x100000, true, Optional.empty(), EVERYWHERE).assertKeptBy(image);
        assertThat(of(image, SegmentRole.KERNEL).range().start()).isEqualTo(GIB + 0x80000);
    }

    @Test
    void takesAnImageThatDoesNotSayItsSizeAsLargerThanAnyWas() throws IOException {
        Target target = Arm64Machines.virt(GIB).build();

        KexecImage image =
                builder(target, image(new Arm64Images().set("image_size", 0))).build();

        new Arm64ImageRules(target, 0x80000, 16 * MIB, true, Optional.empty(), EVERYWHERE).assertKeptBy(image);
    }

    @Test
    void refusesATextOffsetThatIsNoPage() throws IOException {
        Target target = Arm64Machines.virt(GIB).pageSize(0x10000).build();
        KernelFile kernel = image(new Arm64Images().set("text_offset", 0x8000));

        assertThatThrownBy(() -> builder(target, kernel).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessage(
                        "text_offset 0x8000 of the kernel is not made of pages of 0x10000 bytes, as the machine has them");
    }

    /** The kernel and the initrd fit into 32 GiB that begin at a multiple of 1 GiB, or there is no image. */
    @Test
    void keepsTheInitrdInTheWindowOfTheKernel() throws IOException {
        Target target = Arm64Machines.with(PhysicalRange.ofSize(GIB, 64 * MIB), PhysicalRange.ofSize(40 * GIB, GIB))
                .deviceTree(Arm64Machines.tree(GIB))
                .build();
        KernelFile kernel = image(new Arm64Images().set("flags", 2));

        assertThatThrownBy(() -> builder(target, kernel)
                        .initrd(Content.zeroes(100 * MIB))
                        .build())
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining("initrd")
                .hasMessageContaining("above the limit 0x840000000");
    }

    /** Regression: these ended in an exception that nobody had declared. */
    @Test
    void saysWhenAKernelIsTooLargeForWhatComesAfterIt() throws IOException {
        Target small = Arm64Machines.virt(4 * GIB).build();
        KernelFile old = image(new Arm64Images().set("flags", 2).set("image_size", 768 * MIB));
        assertThatThrownBy(() -> builder(small, old).build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("must leave room for the device tree");

        Target large = Arm64Machines.virt(128 * GIB).build();
        KernelFile huge = image(new Arm64Images().set("image_size", 40 * GIB));
        assertThatThrownBy(() -> builder(large, huge).initrd(INITRD).build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("must fit into 32 GiB with its initrd");
    }

    @Test
    void putsNothingBelowTheKernel() throws IOException {
        Target target = Arm64Machines.with(PhysicalRange.ofSize(GIB, MIB), PhysicalRange.ofSize(2 * GIB, 64 * MIB))
                .deviceTree(Arm64Machines.tree(GIB))
                .build();

        KexecImage image = builder(target, image(new Arm64Images().set("image_size", 2 * MIB)))
                .build();

        assertThat(of(image, SegmentRole.KERNEL).range().start()).isGreaterThanOrEqualTo(2 * GIB);
        new Arm64ImageRules(target, 0, 2 * MIB, false, Optional.empty(), EVERYWHERE).assertKeptBy(image);
    }

    /** Just above the running kernel, Linux 6.12 takes up to a minute to load an image. */
    @Test
    void liesAsHighAsPossible() throws IOException {
        Target target = Arm64Machines.virt(GIB).build();

        KexecImage image =
                builder(target, image(new Arm64Images())).initrd(INITRD).build();

        assertThat(of(image, SegmentRole.KERNEL).range().start()).isGreaterThan(2 * GIB - 16 * MIB);
    }

    @Test
    void liesLowIfNoHoleHasRoomForAll() throws IOException {
        Target target = Arm64Machines.with(PhysicalRange.ofSize(GIB, 8 * MIB), PhysicalRange.ofSize(2 * GIB, 8 * MIB))
                .deviceTree(Arm64Machines.tree(GIB))
                .build();
        Optional<Content> initrd = Optional.of(Content.zeroes(3 * MIB));
        KernelFile kernel = image(new Arm64Images().set("image_size", 3 * MIB));

        KexecImage image = builder(target, kernel).initrd(initrd.get()).build();

        assertThat(of(image, SegmentRole.KERNEL).range().start()).isEqualTo(GIB);
        new Arm64ImageRules(target, 0, 3 * MIB, false, initrd, EVERYWHERE).assertKeptBy(image);
    }

    @Test
    void staysWithinAWindow() throws IOException {
        Target target = Arm64Machines.virt(GIB).build();
        PhysicalRange window = new PhysicalRange(GIB + 100 * MIB, GIB + 120 * MIB);

        KexecImage image =
                builder(target, image(new Arm64Images())).within(window).build();

        new Arm64ImageRules(target, 0, 0x10000, false, Optional.empty(), window).assertKeptBy(image);
    }

    @Test
    void limitsTheCommandLine() throws IOException {
        Target target = Arm64Machines.virt(GIB).build();
        KexecImageBuilder builder = builder(target, image(new Arm64Images()));

        assertThat(builder.commandLine("x".repeat(2047)).build()).isNotNull();
        assertThatThrownBy(() -> builder.commandLine("x".repeat(2048)).build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("COMMAND_LINE_SIZE of aarch64");
        assertThatThrownBy(() -> builder.commandLine("x".repeat(2048)).buildFiles())
                .isInstanceOf(ProtocolLimitException.class);
    }

    @Test
    void printsOnAUartInMemoryOnly() throws IOException {
        Target target = Arm64Machines.virt(GIB).build();
        KexecImageBuilder builder = builder(target, image(new Arm64Images()));

        KexecImage silent = builder.build();
        KexecImage talking = builder.verification(
                        new Verification(true, MismatchAction.HALT, Optional.of(MmioUart.pl011(0x900_0000))))
                .build();

        assertThat(talking).isNotEqualTo(silent);
        assertThatThrownBy(() -> builder.verification(new Verification(
                                true,
                                MismatchAction.RESET,
                                Optional.of(new SerialConsole(SerialConsole.COM1, SerialConsole.KEEP_BAUD))))
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("device memory");
    }

    @Test
    void handsAnImageToTheRunningKernel() throws IOException {
        Target target = Arm64Machines.virt(GIB).build();

        KexecFiles files =
                builder(target, image(new Arm64Images())).initrd(INITRD).buildFiles();

        assertThat(files.architecture()).isEqualTo(Architecture.AARCH64);
        assertThat(files.kernel()).isEqualTo(Content.of(new Arm64Images().bytes()));
        assertThat(files.flagBits()).isZero();
    }

    @Test
    void knowsWhatTheRunningKernelDoesNotTake() throws IOException {
        Target target = Arm64Machines.virt(GIB).build();
        KernelFile old = image(new Arm64Images().set("image_size", 0));

        assertThatThrownBy(() -> builder(target, old).buildFiles())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("image_size");
        assertThatThrownBy(() -> builder(target, image(new Arm64Images()))
                        .deviceTree(Arm64Machines.tree(GIB))
                        .buildFiles())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("a device tree");
        assertThatThrownBy(() -> builder(target, vmlinux(new Arm64Images(), 2)).buildFiles())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("ELF");
    }

    @Test
    void startsAVmlinuxAsItsImage() throws IOException {
        Target target = Arm64Machines.virt(GIB).build();
        Arm64Images kernel = new Arm64Images();

        KexecImage image = builder(target, vmlinux(kernel, 3)).build();

        new Arm64ImageRules(target, 0, 0x10000, false, Optional.empty(), EVERYWHERE).assertKeptBy(image);
        Segment first = of(builder(target, image(kernel)).build(), SegmentRole.KERNEL);
        List<Segment> pieces = image.segments().stream()
                .filter(segment -> segment.role() == SegmentRole.KERNEL)
                .toList();
        assertThat(pieces).hasSize(3);
        assertThat(Content.concat(pieces.stream().map(Segment::content).toList()))
                .isEqualTo(first.content());
        assertThat(pieces.get(0).range().start()).isEqualTo(first.range().start());
    }

    @Test
    void refusesAVmlinuxThatIsNone() throws IOException {
        Target target = Arm64Machines.virt(GIB).build();
        KernelFile noHeader = vmlinux(new Arm64Images().set("magic", 0), 2);
        KernelFile tooLarge = vmlinux(new Arm64Images().set("image_size", 0x2000), 2);

        assertThatThrownBy(() -> builder(target, noHeader).build())
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("inside the first segment of a vmlinux");
        assertThatThrownBy(() -> builder(target, tooLarge).build())
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("its segments must lie within image_size 0x2000 of the header, take 0x3000");
    }

    @Test
    void refusesMoreSegmentsThanThereCanBe() throws IOException {
        Target target = Arm64Machines.virt(GIB).build();
        KernelFile kernel =
                Arm64Vmlinux.scattered(new Arm64Images().set("image_size", MIB).bytes(), 15);

        assertThatThrownBy(() -> builder(target, kernel).build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("KEXEC_SEGMENT_MAX");
    }

    private static KernelFile vmlinux(Arm64Images image, int pieces) throws IOException {
        return Arm64Vmlinux.of(image.bytes(), pieces);
    }

    /** Seeded machines and kernels against the rules; what cannot be built says so by the declared exceptions. */
    @Test
    void keepsTheRulesOnAnyMachine() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
        int built = 0;
        for (int i = 0; i < 400; i++) {
            Target target = machine(random);
            long imageSize = 0x4000 + random.nextLong(40 * MIB);
            long textOffset = random.nextBoolean() ? 0 : 0x10000L * random.nextInt(32);
            boolean anywhere = random.nextBoolean();
            KernelFile kernel = image(new Arm64Images()
                    .set("flags", anywhere ? 0xa : 2)
                    .set("text_offset", Math.min(textOffset, imageSize & -0x10000))
                    .set("image_size", Math.max(imageSize, 0x20000)));
            Optional<Content> initrd = random.nextBoolean()
                    ? Optional.of(Content.zeroes(1 + random.nextLong(64 * MIB)))
                    : Optional.empty();
            KexecImageBuilder builder = builder(target, kernel);
            initrd.ifPresent(builder::initrd);
            try {
                new Arm64ImageRules(
                                target,
                                Math.min(textOffset, imageSize & -0x10000),
                                Math.max(imageSize, 0x20000),
                                !anywhere,
                                initrd,
                                EVERYWHERE)
                        .assertKeptBy(builder.build());
                built++;
            } catch (NoMemoryHoleException | ProtocolLimitException e) {
                assertThat(e).hasMessageMatching("(?s).*(0x|bytes).*");
            }
        }
        assertThat(built).isBetween(100, 399);
    }

    private static Target machine(RandomGenerator random) {
        PhysicalRange[] ram = new PhysicalRange[1 + random.nextInt(6)];
        long at = 0x1000L * random.nextInt(1 << 19);
        for (int i = 0; i < ram.length; i++) {
            ram[i] = PhysicalRange.ofSize(at, 0x1000 + 0x1000L * random.nextInt(1 << 15));
            at = ram[i].end() + 0x1000L * random.nextInt(random.nextInt(8) == 0 ? 1 << 24 : 1 << 12);
        }
        return Arm64Machines.with(ram).deviceTree(Arm64Machines.tree(GIB)).build();
    }
}
