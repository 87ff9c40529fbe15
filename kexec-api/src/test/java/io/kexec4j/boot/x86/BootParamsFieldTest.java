package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kexec4j.kernel.SetupHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the offsets and sizes with the kernel's own header, through the C compiler. */
class BootParamsFieldTest {
    private static final Path HEADER = Path.of("/usr/include/x86_64-linux-gnu/asm/bootparam.h");

    @Test
    void fieldsLieWhereTheKernelsHeaderHasThem(@TempDir Path directory) throws IOException, InterruptedException {
        assumeTrue(Files.exists(HEADER), "needs the kernel's headers: apt-get install linux-libc-dev");
        assumeTrue(
                List.of("/usr/bin/clang", "/usr/bin/cc").stream().anyMatch(path -> Files.exists(Path.of(path))),
                "needs a C compiler: apt-get install clang");
        StringBuilder program = new StringBuilder("#include <stddef.h>\n#include <asm/bootparam.h>\n");
        List<String> claims = new ArrayList<>();
        for (BootParamsField field : BootParamsField.values()) {
            String member = member(field);
            claims.add("offsetof(struct boot_params, %s) == %d".formatted(member, field.offset()));
            claims.add("sizeof(((struct boot_params *)0)->%s) == %d".formatted(member, field.size()));
        }
        claims.add("sizeof(struct boot_params) == " + BootParams.SIZE);
        claims.add("offsetof(struct boot_params, hdr) == " + SetupHeader.START);
        claims.add("sizeof(struct boot_e820_entry) == " + E820Table.ENTRY_SIZE);
        claims.add("E820_MAX_ENTRIES_ZEROPAGE == " + E820Table.MAX_IN_BOOT_PARAMS);
        claims.add("sizeof(struct setup_data) == " + SetupData.HEADER_SIZE);
        for (SetupData.Type type : SetupData.Type.values()) {
            claims.add("SETUP_%s == %d".formatted(type, type.code()));
        }
        claims.forEach(claim -> program.append("_Static_assert(%s, \"\");\n".formatted(claim)));
        assertThat(compile(directory, program.toString())).isEmpty();
        assertThat(compile(directory, program + "_Static_assert(sizeof(struct boot_params) == 1, \"\");\n"))
                .as("a wrong claim must be noticed")
                .isNotEmpty();
    }

    private static String compile(Path directory, String program) throws IOException, InterruptedException {
        Path source = Files.writeString(directory.resolve("fields.c"), program);
        String compiler = Files.exists(Path.of("/usr/bin/clang")) ? "clang" : "cc";
        Process process = new ProcessBuilder(compiler, "-fsyntax-only", source.toString())
                .redirectErrorStream(true)
                .start();
        String messages = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : messages;
    }

    private static String member(BootParamsField field) {
        String name = field.kernelName();
        return switch (field) {
            case EXT_MEM_K, CL_MAGIC, CL_OFFSET, LFB_WIDTH, LFB_HEIGHT, LFB_LINELENGTH -> "screen_info." + name;
            case ORIG_VIDEO_ISVGA -> "screen_info.orig_video_isVGA";
            case EFI_LOADER_SIGNATURE,
                    EFI_SYSTAB,
                    EFI_MEMDESC_SIZE,
                    EFI_MEMDESC_VERSION,
                    EFI_MEMMAP,
                    EFI_MEMMAP_SIZE,
                    EFI_SYSTAB_HI,
                    EFI_MEMMAP_HI -> "efi_info." + name;
            case TYPE_OF_LOADER,
                    LOADFLAGS,
                    CODE32_START,
                    HEAP_END_PTR,
                    RAMDISK_IMAGE,
                    RAMDISK_SIZE,
                    CMD_LINE_PTR,
                    HARDWARE_SUBARCH,
                    SETUP_DATA -> "hdr." + name;
            default -> name;
        };
    }
}
