// SPDX-License-Identifier: Apache-2.0
#include "firmware.h"

#include "calls.h"
#include "console.h"

struct firmware firmware;

static uint64_t number(struct fdt_property property)
{
	return property.size > 2 * FDT_CELL ? 0 : fdt_cells(property.value, property.size / FDT_CELL);
}

/* A terminal of the hypervisor's: its number is its address. */
static void find_terminal(const struct fdt *tree)
{
	struct fdt_place node;
	struct fdt_property path;

	if (!fdt_find(tree, "/chosen", &node))
		return;
	path = fdt_property(node, "stdout-path");
	if (!path.size)
		path = fdt_property(node, "linux,stdout-path");
	if (!fdt_is_string(path) || !fdt_find(tree, (const char *)path.value, &node) ||
	    !fdt_has_string(fdt_property(node, "device_type"), "serial"))
		return;
	firmware.terminal = number(fdt_property(node, "reg"));
	firmware.has_stdout = true;
}

static void find_rtas(const struct fdt *tree)
{
	struct fdt_place node;
	struct fdt_property token;

	if (!fdt_find(tree, "/rtas", &node))
		return;
	token = fdt_property(node, "power-off");
	if (token.size != FDT_CELL)
		return;
	firmware.power_off = (uint32_t)number(token);
	firmware.rtas_base = number(fdt_property(node, "linux,rtas-base"));
	firmware.rtas_entry = number(fdt_property(node, "linux,rtas-entry"));
}

void firmware_find(const struct fdt *tree, bool opal, uint64_t opal_base, uint64_t opal_entry)
{
	firmware.opal = opal;
	firmware.opal_base = opal_base;
	firmware.opal_entry = opal_entry;
	if (!tree)
		return;
	find_terminal(tree);
	find_rtas(tree);
}

void console_open(void)
{
}

void console_putc(char c)
{
	while (hypervisor_call(H_PUT_TERM_CHAR, firmware.terminal, 1, (uint64_t)(uint8_t)c << 56) == H_BUSY)
		;
}

bool console_flush(void)
{
	return true;
}

_Noreturn void power_off(void)
{
	static uint32_t arguments[6];

	console_flush();
	if (firmware.rtas_entry) {
		arguments[0] = big_endian(firmware.power_off);
		arguments[1] = big_endian(2);
		arguments[2] = big_endian(1);
		arguments[3] = arguments[4] = ~0u; /* no event switches it on again */
		rtas_call(arguments, firmware.rtas_base, firmware.rtas_entry);
	}
	for (;;)
		;
}
