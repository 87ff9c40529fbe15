package io.kexec4j.purgatory;

/** A console that the firmware or the hypervisor of a POWER machine prints on for others. */
public sealed interface FirmwareConsole extends PurgatoryConsole permits HypervisorConsole, OpalConsole {}
