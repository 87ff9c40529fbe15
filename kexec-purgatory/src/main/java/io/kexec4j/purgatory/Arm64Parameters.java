package io.kexec4j.purgatory;

import static io.kexec4j.purgatory.CommonParameters.u32;
import static io.kexec4j.purgatory.CommonParameters.u64;

import java.util.Map;
import java.util.Optional;

/** The purgatory's parameters for arm64 as bytes: one entry for each variable in src/main/native/arm64 that the loader sets. */
final class Arm64Parameters {
    static final String ENTRY = "purgatory_kernel_entry";
    static final String DEVICE_TREE = "purgatory_device_tree";
    static final String UART_ADDRESS = "purgatory_uart_address";
    static final String UART_TYPE = "purgatory_uart_type";
    static final String UART_SHIFT = "purgatory_uart_shift";
    static final String UART_WIDTH = "purgatory_uart_width";
    static final String PSCI = "purgatory_psci";
    static final String USE_CACHE = "purgatory_use_cache";
    static final String USE_SHA2 = "purgatory_use_sha2";

    private Arm64Parameters() {}

    /** {@return the new value of each variable that only arm64 has} */
    static Map<String, byte[]> of(Arm64PurgatorySettings settings) {
        Optional<MmioUart> uart = settings.console();
        return Map.of(
                ENTRY, u64(settings.exit().entry()),
                DEVICE_TREE, u64(settings.exit().deviceTree()),
                UART_ADDRESS, u64(uart.map(MmioUart::address).orElse(0L)),
                UART_TYPE, u32(uart.map(MmioUart::type).map(MmioUart.Type::code).orElse(0)),
                UART_SHIFT, u32(uart.map(MmioUart::registerShift).orElse(0)),
                UART_WIDTH, u32(uart.map(MmioUart::registerWidth).orElse(0)),
                PSCI, u32(settings.psci().map(PsciConduit::code).orElse(0)),
                USE_CACHE, u32(settings.useCache() ? 1 : 0),
                USE_SHA2, u32(settings.useSha2() ? 1 : 0));
    }
}
