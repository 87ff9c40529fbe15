package io.kexec4j.examples.cli;

import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.CommonOption;
import io.kexec4j.boot.ConsoleWish;
import io.kexec4j.boot.x86.X86Option;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the second kernel is given, and how it is started. */
final class KernelOptions {
    @Option(
            names = {"-t", "--type"},
            paramLabel = "TYPE",
            converter = KernelType.Converter.class,
            description = "What KERNEL is, if more than one way to start it is known, or to have it checked.")
    @Nullable
    KernelType type;

    @Option(
            names = "--profile",
            paramLabel = "N",
            description = "The profile of a UKI to start; by default the first, 0.")
    int profile;

    @Option(
            names = {"--initrd", "--ramdisk"},
            paramLabel = "FILE",
            description = "The initial RAM disk of the second kernel. If given more than once, all of them, in order.")
    List<Path> initrds = List.of();

    @Option(
            names = {"--append", "--command-line"},
            paramLabel = "TEXT",
            description = "The command line of the second kernel.")
    @Nullable
    String commandLine;

    @Option(
            names = "--reuse-cmdline",
            description =
                    "Begin the command line with that of the running kernel, without BOOT_IMAGE and, with -p, crashkernel.")
    boolean reuseCommandLine;

    @Option(
            names = {"--dtb", "--devicetreeblob"},
            paramLabel = "FILE",
            description = "A device tree for the second kernel.")
    @Nullable
    Path deviceTree;

    @Option(
            names = "--dtbo",
            paramLabel = "FILE",
            description = "An overlay for the device tree. If given more than once, all of them, in order.")
    List<Path> overlays = List.of();

    @Option(
            names = "--force-dtb",
            description = "Hand the device tree of the running kernel on, where that is not usual.")
    boolean reuseDeviceTree;

    @Option(
            names = "--module",
            paramLabel = "\"FILE TEXT\"",
            description =
                    "A module for a multiboot kernel, with the text that comes with it. May be given more than once.")
    List<String> modules = List.of();

    @Option(names = "--entry-32bit", description = "Enter a bzImage in 32-bit mode though it has a 64-bit entry.")
    boolean entry32Bit;

    @Option(
            names = "--real-mode",
            description =
                    "Enter a bzImage by its setup code in real mode, which asks the BIOS for the memory map and all else;"
                            + " only on a machine that a BIOS has booted.")
    boolean realMode;

    @Option(names = "--args-linux", description = "Hand boot_params to an ELF program; the default if it is Linux.")
    boolean argsLinux;

    @Option(names = "--args-elf", description = "Hand ELF boot notes to an ELF program; the default if it is no Linux.")
    boolean argsElf;

    @Option(names = "--args-none", description = "Hand nothing to an ELF program.")
    boolean argsNone;

    @Option(names = "--noefi", description = "Do not hand EFI's runtime services on to the second kernel.")
    boolean noEfi;

    @Option(
            names = "--reuse-video-type",
            description = "Hand the screen on as the firmware has set it up, though a driver has changed its mode.")
    boolean reuseVideo;

    @Option(
            names = "--mem-min",
            paramLabel = "ADDR",
            converter = Values.Address.class,
            description = "Use no memory below ADDR.")
    @Nullable
    Long memMin;

    @Option(
            names = "--mem-max",
            paramLabel = "ADDR",
            converter = Values.Address.class,
            description = "Use no memory above ADDR.")
    @Nullable
    Long memMax;

    @Option(
            names = {"-i", "--no-checks"},
            description = "Start the second kernel without verifying that it is intact.")
    boolean noChecks;

    @Option(names = "--console-serial", description = "Print on the serial port what happens between the two kernels.")
    boolean consoleSerial;

    @Option(
            names = "--serial",
            paramLabel = "PORT",
            converter = Values.SerialPort.class,
            description =
                    "The serial port for --console-serial: ttyS0, ttyS1, an I/O port in hexadecimal as in 0x3f8, or the address of its"
                            + " registers as in 0x9000000, or on ppc64 the number of a terminal. By default ttyS0 on x86_64, and elsewhere the one that"
                            + " the device tree names.")
    @Nullable
    Long serialPort;

    @Option(
            names = "--serial-baud",
            paramLabel = "RATE",
            description = "Set the serial port for --console-serial to RATE; by default it stays as it is.")
    int serialBaud;

    @Option(
            names = "--console-vga",
            description = "Print on the screen of a VGA adapter in text mode what happens between the two kernels.")
    boolean consoleVga;

    @Option(
            names = "--reset-vga",
            description =
                    "Put a VGA adapter into 80x25 text mode between the two kernels. This is by VGA's own registers, and"
                            + " does not reach an adapter whose driver has gone beyond them.")
    boolean resetVga;

    /** Whether the running kernel is to be kept. An action besides, so it is set by the options of the command. */
    boolean preserveContext;

    /** What kexec-tools must be told, is always so here: the command line is what the user says. */
    @Option(names = "--dt-no-old-root", hidden = true)
    boolean noOldRoot;

    @Option(names = "--reuseinitrd", hidden = true)
    boolean reuseInitrd;

    boolean isSerialPortGiven() {
        return serialPort != null || serialBaud != 0;
    }

    ConsoleWish consoleWish() {
        return new ConsoleWish(
                serialPort == null ? OptionalLong.empty() : OptionalLong.of(serialPort),
                serialBaud == 0 ? OptionalInt.empty() : OptionalInt.of(serialBaud));
    }

    /** What only some architectures and formats know. */
    Set<BootOption> bootOptions() {
        Set<BootOption> chosen = new LinkedHashSet<>();
        addIf(entry32Bit || type == KernelType.BZIMAGE, X86Option.ENTRY_32BIT, chosen);
        addIf(realMode, X86Option.REAL_MODE, chosen);
        addIf(argsLinux, X86Option.ARGS_LINUX, chosen);
        addIf(argsElf, X86Option.ARGS_ELF, chosen);
        addIf(argsNone, X86Option.ARGS_NONE, chosen);
        addIf(noEfi, X86Option.NO_EFI, chosen);
        addIf(reuseVideo, X86Option.REUSE_VIDEO, chosen);
        addIf(reuseDeviceTree, X86Option.REUSE_DEVICE_TREE, chosen);
        addIf(consoleVga, X86Option.VGA_CONSOLE, chosen);
        addIf(resetVga, X86Option.VGA_RESET, chosen);
        addIf(preserveContext, X86Option.PRESERVE_CONTEXT, chosen);
        addIf(reuseInitrd, CommonOption.REUSE_INITRD, chosen);
        return chosen;
    }

    private static void addIf(boolean given, BootOption option, Set<BootOption> chosen) {
        if (given) {
            chosen.add(option);
        }
    }

    /** Whether anything is said about an image, which one that is built already cannot take. */
    boolean areGiven() {
        return areGivenForAKernel() || memMin != null || memMax != null;
    }

    /** Whether anything is said that an image without a kernel cannot take. */
    boolean areGivenForAKernel() {
        return type != null
                || profile != 0
                || !initrds.isEmpty()
                || commandLine != null
                || reuseCommandLine
                || deviceTree != null
                || !overlays.isEmpty()
                || !modules.isEmpty()
                || !bootOptions().isEmpty()
                || noChecks
                || consoleSerial
                || isSerialPortGiven();
    }
}
