// SPDX-License-Identifier: Apache-2.0
/*
 * A kernel that does one thing: it prints on the first serial port, as JSON, what its boot loader handed over, and
 * switches the machine off. A test reads that to learn whether an image was built and placed right, in a second and
 * without a Linux.
 */
#include <stdint.h>

#include "boot_params.h"
#include "console.h"
#include "io.h"
#include "json.h"
#include "machine.h"
#include "print.h"
#include "serial.h"
#include "sha256.h"

#pragma GCC visibility push(hidden)
extern const char load_address[];
enum { RBX = 3, RBP = 5, RSI = 6, RDI = 7, RFLAGS = 16, CS, DS, CR0, CR4, REGISTER_COUNT };
extern const uint64_t registers[REGISTER_COUNT];
#pragma GCC visibility pop

enum { COM1 = 0x3f8, BAUD_115200 = 1 };

/* Of a list that may be damaged, even into a circle: nodes, and entries of one. Linux keeps some 3000 entries at most. */
enum { NODES_MAX = 64, NODE_ENTRIES_MAX = 4096 };

/* Behind kernel_info_offset in the header: what a loader may pass (Documentation/arch/x86/boot.rst, kernel_info). */
struct kernel_info {
	char magic[4];
	uint32_t size;
	uint32_t size_total;
	uint32_t setup_type_max;
};

__attribute__((used)) const struct kernel_info kernel_info = {
	.magic = { 'L', 'T', 'o', 'P' },
	.size = sizeof(struct kernel_info),
	.size_total = sizeof(struct kernel_info),
	.setup_type_max = 0x80000009, /* SETUP_INDIRECT, SETUP_RNG_SEED */
};

static void report_registers(int width)
{
	static const char names[16][4] = {
		"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
		"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
	};

	json_open("registers", '{');
	if (width == 64) {
		for (int i = 0; i < 16; i++)
			json_hex(names[i], registers[i]);
		json_hex("rflags", registers[RFLAGS]);
	} else {
		json_hex("ebx", registers[RBX]);
		json_hex("ebp", registers[RBP]);
		json_hex("esi", registers[RSI]);
		json_hex("edi", registers[RDI]);
	}
	json_hex("cs", registers[CS]);
	json_hex("ds", registers[DS]);
	json_hex("cr0", registers[CR0]);
	json_hex("cr4", registers[CR4]);
	json_close('}');
}

static void report_command_line(uint64_t boot_params)
{
	uint64_t address = split_at(boot_params, CMD_LINE_PTR, EXT_CMD_LINE_PTR);

	if (!address) {
		json_null("command_line");
		return;
	}
	json_name("command_line");
	json_quoted((const char *)address, CMDLINE_MAX);
}

static void report_screen(uint64_t boot_params)
{
	json_open("screen_info", '{');
	json_decimal("mode", u8_at(boot_params, SCREEN_INFO_MODE));
	json_decimal("is_vga", u8_at(boot_params, SCREEN_INFO_IS_VGA));
	json_hex("lfb_base", split_at(boot_params, SCREEN_INFO_LFB_BASE, SCREEN_INFO_EXT_LFB_BASE));
	json_close('}');
}

static void report_efi(uint64_t boot_params)
{
	if (!u32_at(boot_params, EFI_SIGNATURE)) {
		json_null("efi");
		return;
	}
	json_open("efi", '{');
	json_name("signature");
	json_quoted((const char *)(boot_params + EFI_SIGNATURE), 4);
	json_hex("system_table", split_at(boot_params, EFI_SYSTAB, EFI_SYSTAB_HIGH));
	json_hex("memory_map", split_at(boot_params, EFI_MEMMAP, EFI_MEMMAP_HIGH));
	json_decimal("memory_map_size", u32_at(boot_params, EFI_MEMMAP_SIZE));
	json_close('}');
}

/* The last item of a list that is longer than what is printed of it. */
static void report_truncated(void)
{
	json_name("");
	print("{\"truncated\": true}");
}

static void report_e820_entries(uint64_t address, unsigned int count, unsigned int max)
{
	const struct e820_entry *entry = (const struct e820_entry *)address;

	for (unsigned int i = 0; i < count && i < max; i++, entry++) {
		json_name("");
		print("{\"start\": \"");
		print_hex(entry->start);
		print("\", \"size\": \"");
		print_hex(entry->size);
		print("\", \"type\": ");
		print_decimal(entry->type);
		print("}");
	}
	if (count > max)
		report_truncated();
}

static void report_e820(uint64_t boot_params)
{
	uint64_t address = u64_at(boot_params, SETUP_DATA);

	json_open("e820", '[');
	report_e820_entries(boot_params + E820_TABLE, u8_at(boot_params, E820_ENTRIES), E820_TABLE_MAX);
	for (int i = 0; address && i < NODES_MAX; i++) {
		const struct setup_data *node = (const struct setup_data *)address;

		if (node->type == SETUP_E820_EXT)
			report_e820_entries(
				address + sizeof(*node), node->length / sizeof(struct e820_entry), NODE_ENTRIES_MAX);
		address = node->next;
	}
	if (address)
		report_truncated();
	json_close(']');
}

static void report_setup_data(uint64_t boot_params)
{
	uint64_t address = u64_at(boot_params, SETUP_DATA);

	json_open("setup_data", '[');
	for (int i = 0; address && i < NODES_MAX; i++) {
		const struct setup_data *node = (const struct setup_data *)address;

		json_name("");
		print("{\"type\": ");
		print_decimal(node->type);
		print(", \"address\": \"");
		print_hex(address);
		print("\", \"length\": ");
		print_decimal(node->length);
		print("}");
		address = node->next;
	}
	if (address)
		report_truncated();
	json_close(']');
}

static void report_initrd(uint64_t boot_params)
{
	uint64_t address = split_at(boot_params, RAMDISK_IMAGE, EXT_RAMDISK_IMAGE);
	uint64_t size = split_at(boot_params, RAMDISK_SIZE, EXT_RAMDISK_SIZE);
	uint8_t digest[SHA256_SIZE];

	if (!size) {
		json_null("initrd");
		return;
	}
	sha256((const void *)address, size, digest);
	json_open("initrd", '{');
	json_hex("address", address);
	json_decimal("size", size);
	json_name("sha256");
	print("\"");
	print_bytes(digest, sizeof(digest));
	print("\"");
	json_close('}');
}

static void report(int width, uint64_t boot_params)
{
	json_open("", '{');
	json_string("kernel", "kexec4j tiny");
	json_string("version", "0.1.0");
	json_string("entry", width == 64 ? "64-bit" : "32-bit");
	json_hex("load_address", (uint64_t)load_address);
	json_hex("boot_params", boot_params);
	report_registers(width);
	json_hex("type_of_loader", u8_at(boot_params, TYPE_OF_LOADER));
	json_hex("loadflags", u8_at(boot_params, LOADFLAGS));
	json_hex("sentinel", u8_at(boot_params, SENTINEL));
	json_decimal("secure_boot", u8_at(boot_params, SECURE_BOOT));
	json_decimal("hardware_subarch", u32_at(boot_params, HARDWARE_SUBARCH));
	report_command_line(boot_params);
	json_hex("acpi_rsdp", u64_at(boot_params, ACPI_RSDP));
	report_screen(boot_params);
	report_efi(boot_params);
	report_e820(boot_params);
	report_setup_data(boot_params);
	report_initrd(boot_params);
	json_close('}');
	print("\n");
}

static _Noreturn void power_off(void)
{
	/* ACPI's S5 where QEMU keeps the power management registers: q35 and newer i440fx, then older ones. */
	outw(0x604, 0x2000);
	outw(0xb004, 0x2000);
	machine_reset();
}

_Noreturn void tiny_kernel(int width)
{
	serial_open(COM1, BAUD_115200);
	report(width, registers[RSI]);
	print("KEXEC4J-TINY-KERNEL-DONE\n");
	console_flush();
	power_off();
}
