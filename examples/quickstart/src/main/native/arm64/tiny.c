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

#pragma GCC visibility push(hidden)
extern const char load_address[], bss_end[];
enum { X0, X1, X2, X3, DAIF, REGISTER_COUNT };
extern const uint64_t registers[REGISTER_COUNT];
#pragma GCC visibility pop

enum { SCTLR_M = 1 << 0, SCTLR_C = 1 << 2 };

/* Of a list that may be damaged. */
enum { RESERVATIONS_MAX = 64 };

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

/* Text as text, nothing as true, and all else as its bytes. */
static void report_property(const char *name, struct fdt_property property)
{
	if (!property.size) {
		json_bool(name, true);
	} else if (fdt_is_string(property)) {
		json_string(name, (const char *)property.value);
	} else {
		json_name(name);
		print("\"0x");
		print_bytes(property.value, property.size);
		print("\"");
	}
}

static void report_chosen(const struct fdt *tree)
{
	struct fdt_place place;

	if (!fdt_find(tree, "/chosen", &place)) {
		json_null("chosen");
		return;
	}
	json_open("chosen", '{');
	while (fdt_next(&place) && place.token == FDT_PROPERTY)
		report_property(place.name, (struct fdt_property){ place.value, place.size });
	json_close('}');
}

static void report_range(uint64_t start, uint64_t size)
{
	json_open("", '{');
	json_hex("start", start);
	json_hex("size", size);
	json_close('}');
}

static void report_reg(const struct fdt *tree, struct fdt_property reg)
{
	uint32_t address_cells = fdt_root_cells(tree, "#address-cells");
	uint32_t size_cells = fdt_root_cells(tree, "#size-cells");
	uint32_t entry = (address_cells + size_cells) * FDT_CELL;

	json_open("reg", '[');
	for (uint32_t at = 0; entry && reg.size - at >= entry; at += entry)
		report_range(fdt_cells(reg.value + at, address_cells),
			     fdt_cells(reg.value + at + address_cells * FDT_CELL, size_cells));
	json_close(']');
}

static void report_memory(const struct fdt *tree)
{
	struct fdt_place place = fdt_begin(tree);

	json_open("memory", '[');
	while (fdt_next(&place)) {
		if (place.token != FDT_BEGIN_NODE || !fdt_has_string(fdt_property(place, "device_type"), "memory"))
			continue;
		json_open("", '{');
		json_string("node", place.name);
		report_reg(tree, fdt_property(place, "reg"));
		json_close('}');
	}
	json_close(']');
}

static void report_reservations(const struct fdt *tree)
{
	json_open("reservations", '[');
	for (int i = 0; i < RESERVATIONS_MAX; i++) {
		struct fdt_reservation reservation = fdt_reservation(tree, i);

		if (!reservation.start && !reservation.size)
			break;
		report_range(reservation.start, reservation.size);
	}
	json_close(']');
}

/* As of one or two cells, which is for whoever made the property to choose. */
static uint64_t chosen_address(struct fdt_place chosen, const char *name)
{
	struct fdt_property property = fdt_property(chosen, name);

	return property.size > 2 * FDT_CELL ? 0 : fdt_cells(property.value, property.size / FDT_CELL);
}

static void report_initrd(const struct fdt *tree)
{
	struct fdt_place chosen;
	uint64_t start = 0, end = 0;
	uint8_t digest[SHA256_SIZE];

	if (fdt_find(tree, "/chosen", &chosen)) {
		start = chosen_address(chosen, "linux,initrd-start");
		end = chosen_address(chosen, "linux,initrd-end");
	}
	if (start >= end) {
		json_null("initrd");
		return;
	}
	json_open("initrd", '{');
	json_hex("address", start);
	json_decimal("size", end - start);
	if (start % sizeof(uint32_t)) {
		json_null("sha256"); /* it cannot be read as words */
	} else {
		sha256((const void *)start, end - start, digest);
		json_name("sha256");
		print("\"");
		print_bytes(digest, sizeof(digest));
		print("\"");
	}
	json_close('}');
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
