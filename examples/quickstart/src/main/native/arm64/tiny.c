// SPDX-License-Identifier: Apache-2.0
/*
 * A kernel that does one thing: it prints as one line of JSON what its boot loader handed over, and switches the machine
 * off. A test reads that to learn whether an image was built and placed right, in a second and without a Linux.
 */
#include <stdint.h>

#include "console.h"
#include "devices.h"
#include "fdt.h"
#include "json.h"
#include "parameters.h"
#include "print.h"
#include "processor.h"
#include "sha256.h"
#include "tree_report.h"

#pragma GCC visibility push(hidden)
extern const char load_address[], bss_end[];
enum { X0, X1, X2, X3, DAIF, REGISTER_COUNT };
extern const uint64_t registers[REGISTER_COUNT];
#pragma GCC visibility pop

enum { SCTLR_M = 1 << 0, SCTLR_C = 1 << 2 };

static void report_processor(void)
{
	uint64_t control = READ_LEVEL_REGISTER(sctlr);

	json_open("registers", '{');
	json_hex("x0", registers[X0]);
	json_hex("x1", registers[X1]);
	json_hex("x2", registers[X2]);
	json_hex("x3", registers[X3]);
	json_close('}');
	json_decimal("current_el", exception_level());
	json_bool("mmu", control & SCTLR_M);
	json_bool("data_cache", control & SCTLR_C);
	json_hex("sctlr", control);
	json_hex("daif", registers[DAIF]);
	json_hex("counter", READ_SYSTEM_REGISTER(cntvct_el0));
	json_decimal("counter_frequency", READ_SYSTEM_REGISTER(cntfrq_el0));
	if (exception_level() == 2)
		json_hex("hcr_el2", READ_SYSTEM_REGISTER(hcr_el2));
	else
		json_null("hcr_el2");
}

static void report_devices(void)
{
	json_open("uart", '{');
	json_hex("address", purgatory_uart_address);
	json_bool("is_stdout", devices_has_stdout());
	json_close('}');
	json_string("psci", purgatory_psci == PSCI_SMC ? "smc" : "hvc");
}

static void report_tree(const struct fdt *tree)
{
	json_open("device_tree", '{');
	json_hex("address", tree->address);
	json_decimal("totalsize", tree->total_size);
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
	json_string("architecture", "arm64");
	json_hex("load_address", (uint64_t)load_address);
	json_hex("end", (uint64_t)bss_end);
	report_processor();
	report_devices();
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
	devices_find(0);
	has_tree = fdt_open(&tree, registers[X0]);
	devices_find(has_tree ? &tree : 0);
	report(has_tree ? &tree : 0);
	print("KEXEC4J-TINY-KERNEL-DONE\n");
	power_off();
}

_Noreturn void unexpected_exception(void)
{
	static bool again;

	/* It happened while it told of another: the console or the firmware is not there. */
	while (again)
		__asm__ volatile("wfi");
	again = true;
	print("\nKEXEC4J-TINY-KERNEL-EXCEPTION at ");
	print_hex(READ_LEVEL_REGISTER(elr));
	print(", syndrome ");
	print_hex(READ_LEVEL_REGISTER(esr));
	print(", address ");
	print_hex(READ_LEVEL_REGISTER(far));
	print("\n");
	power_off();
}

/* Nothing to be gained by more: this is for emulators. */
void sha256_blocks(uint32_t H[8], const void *data, uint64_t count)
{
	sha256_blocks_portable(H, data, count);
}
