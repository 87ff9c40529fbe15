package io.kexec4j.purgatory;

/**
 * A console on which a purgatory prints its messages. Which one a machine can have depends on how its purgatory reaches
 * devices, so the settings of each architecture take one kind only:
 *
 * <ul>
 *   <li>{@link SerialConsole} needs I/O ports, as x86_64 has them ({@link X86PurgatorySettings}); it can program the rate;
 *   <li>{@link MmioUart} needs device memory that can be read and written, as arm64 has it with the MMU off
 *       ({@link Arm64PurgatorySettings}); the UART must have been programmed, by the firmware or by the old kernel;
 *   <li>{@link FirmwareConsole} needs somebody to ask: ppc64's hypervisor or firmware ({@link Ppc64PurgatorySettings}).
 * </ul>
 */
public sealed interface PurgatoryConsole permits SerialConsole, MmioUart, FirmwareConsole {}
