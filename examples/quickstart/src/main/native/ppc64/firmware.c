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

static void find_opal(const struct fdt *tree)
{
	struct fdt_place node;

	if (!fdt_find(tree, "/ibm,opal", &node))
		return;
	firmware.opal_base = number(fdt_property(node, "opal-base-address"));
	firmware.opal_entry = number(fdt_property(node, "opal-entry-address"));
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
	find_opal(tree);
}

static int64_t opal(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	return opal_call(function, a, b, c, firmware.opal_base, firmware.opal_entry);
}

static void opal_putc(char c)
{
	static uint64_t size;
	int64_t result;

	do {
		size = big_endian_64(sizeof(c));
		result = opal(OPAL_CONSOLE_WRITE, firmware.terminal, (uint64_t)&size, (uint64_t)&c);
		opal(OPAL_POLL_EVENTS, 0, 0, 0);
	} while (result == OPAL_BUSY || result == OPAL_BUSY_EVENT);
}

void console_open(void)
{
}

void console_putc(char c)
{
	if (firmware.opal) {
		opal_putc(c);
		return;
	}
	while (hypervisor_call(H_PUT_TERM_CHAR, firmware.terminal, 1, (uint64_t)(uint8_t)c << 56) == H_BUSY)
		;
}

bool console_flush(void)
{
	if (firmware.opal)
		while (opal(OPAL_CONSOLE_FLUSH, firmware.terminal, 0, 0) == OPAL_BUSY)
			;
	return true;
}

_Noreturn void power_off(void)
{
	static uint32_t arguments[6];

	console_flush();
	if (firmware.opal)
		opal(OPAL_POWER_DOWN, 0, 0, 0);
	if (firmware.rtas_entry) {
		arguments[0] = big_endian_32(firmware.power_off);
		arguments[1] = big_endian_32(2);
		arguments[2] = big_endian_32(1);
		arguments[3] = arguments[4] = ~0u; /* no event switches it on again */
		rtas_call(arguments, firmware.rtas_base, firmware.rtas_entry);
	}
	/* OPAL does it by and by. */
	for (;;)
		if (firmware.opal)
			opal(OPAL_POLL_EVENTS, 0, 0, 0);
}
