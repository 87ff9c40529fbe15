// SPDX-License-Identifier: Apache-2.0
/*
 * A kernel that does one thing: it prints as one line of JSON what its boot loader handed over, and switches the machine
 * off. A test reads that to learn whether an image was built and placed right, in a second and without a Linux.
 */
#include <stdbool.h>
#include <stdint.h>

#include "console.h"
#include "fdt.h"
#include "firmware.h"
#include "found.h"
#include "head.h"
#include "json.h"
#include "parameters.h"
#include "print.h"
#include "secondaries.h"
#include "sha256.h"
#include "tree_report.h"

#pragma GCC visibility push(hidden)
extern const char head[], bss_end[];
#pragma GCC visibility pop

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCHITECTURE "ppc64le"
#else
#define ARCHITECTURE "ppc64"
#endif

enum { FDT_VERSION = 0x14, FDT_BOOT_CPU = 0x1c };

static void report_processor(void)
{
	static const char names[][3] = { "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9" };
	uint64_t version;

	json_open("registers", '{');
	for (int i = FOUND_R1; i <= FOUND_R9; i++)
		json_hex(names[i], registers[i]);
	json_close('}');
	json_hex("msr", registers[FOUND_MSR]);
	json_string("entered", registers[FOUND_MSR] & FOUND_MSR_LITTLE_ENDIAN ? "little-endian" : "big-endian");
	__asm__("mfpvr %0" : "=r"(version));
	json_hex("pvr", version);
}

static void report_firmware(void)
{
	json_open("console", '{');
	json_string("firmware", purgatory_console == CONSOLE_OPAL ? "opal" : "hypervisor");
	json_hex("terminal", purgatory_terminal);
	json_bool("is_stdout", firmware_has_stdout());
	json_close('}');
}

static void report_tree(const struct fdt *tree)
{
	const uint8_t *header = (const uint8_t *)tree->address;

	json_open("device_tree", '{');
	json_hex("address", tree->address);
	json_decimal("totalsize", tree->total_size);
	json_decimal("version", fdt_cells(header + FDT_VERSION, 1));
	json_decimal("boot_cpuid_phys", fdt_cells(header + FDT_BOOT_CPU, 1));
	report_chosen(tree);
	report_memory(tree);
	report_reservations(tree);
	json_close('}');
	report_initrd(tree);
}

static void report(const struct fdt *tree)
{
	json_open("", '{');
	json_string("kernel", "kexec4j tiny");
	json_string("version", "0.1.0");
	json_string("architecture", ARCHITECTURE);
	json_hex("load_address", (uint64_t)head);
	json_hex("end", (uint64_t)bss_end);
	json_hex("run_at_load", *(const volatile uint32_t *)(head + HEAD_RUN_AT_LOAD));
	report_processor();
	secondaries_report();
	report_firmware();
	if (tree) {
		report_tree(tree);
	} else {
		json_null("device_tree");
		json_null("initrd");
	}
	json_close('}');
	print("\n");
}

_Noreturn void tiny_kernel(void)
{
	struct fdt tree;
	bool has_tree;

	/* Looking for a tree where there is no memory is an exception, and is to be heard of. */
	firmware_find(0);
	secondaries_find((uint64_t)head);
	has_tree = fdt_open(&tree, registers[FOUND_R3]);
	firmware_find(has_tree ? &tree : 0);
	if (has_tree)
		secondaries_await(&tree);
	report(has_tree ? &tree : 0);
	print("KEXEC4J-TINY-KERNEL-DONE\n");
	power_off();
}

_Noreturn void unexpected_exception(uint64_t vector, uint64_t srr0, uint64_t srr1, uint64_t address)
{
	static bool again;

	/* It happened while it told of another: the console or the firmware is not there. */
	while (again)
		;
	again = true;
	print("\nKEXEC4J-TINY-KERNEL-EXCEPTION ");
	print_hex(vector);
	print(" at ");
	print_hex(srr0);
	print(", status ");
	print_hex(srr1);
	print(", address ");
	print_hex(address);
	print("\n");
	power_off();
}

/* Nothing to be gained by more: this is for emulators. */
void sha256_blocks(uint32_t H[8], const void *data, uint64_t count)
{
	sha256_blocks_portable(H, data, count);
}
