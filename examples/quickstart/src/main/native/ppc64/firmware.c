// SPDX-License-Identifier: Apache-2.0
#include "firmware.h"

#include "console.h"
#include "found.h"
#include "opal.h"
#include "parameters.h"
#include "registers.h"

/* What the purgatory's console and its ways to the firmware are told by a loader, this kernel finds out. */
uint32_t purgatory_console;
uint64_t purgatory_terminal;
uint64_t purgatory_opal_base;
uint64_t purgatory_opal_entry;

static bool has_stdout;
static uint64_t rtas_base, rtas_entry;
static uint32_t rtas_power_off;

enum { OPAL_CEC_POWER_DOWN = 5 };

/* A branch to itself. */
#define STAY 0x48000000

/* Of a service that takes two numbers and gives one; and the code to which it returns if it fails. */
struct power_off {
	uint32_t token;
	uint32_t arguments, returns;
	uint32_t events[2]; /* that switch the machine on again */
	uint32_t status;
	uint32_t code;
};

/* The purgatory's rtas_enter.S. */
_Noreturn void rtas_enter(struct power_off *call, uint64_t base, uint64_t entry, const uint32_t *code);

static uint64_t number(struct fdt_place node, const char *name)
{
	struct fdt_property property = fdt_property(node, name);

	return property.size > 2 * FDT_CELL ? 0 : fdt_cells(property.value, property.size / FDT_CELL);
}

/* Both kinds of firmware know a terminal by the number that the tree has for its address. */
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
	purgatory_terminal = number(node, "reg");
	has_stdout = true;
}

static void find_rtas(const struct fdt *tree)
{
	struct fdt_place node;

	if (!fdt_find(tree, "/rtas", &node))
		return;
	rtas_base = number(node, "linux,rtas-base");
	rtas_entry = number(node, "linux,rtas-entry");
	rtas_power_off = (uint32_t)number(node, "power-off");
}

static void find_opal(const struct fdt *tree)
{
	struct fdt_place node;

	if (!fdt_find(tree, "/ibm,opal", &node))
		return;
	purgatory_opal_base = number(node, "opal-base-address");
	purgatory_opal_entry = number(node, "opal-entry-address");
}

void firmware_find(const struct fdt *tree)
{
	purgatory_console = registers[FOUND_MSR] & FOUND_MSR_HYPERVISOR ? CONSOLE_OPAL : CONSOLE_HYPERVISOR;
	purgatory_opal_base = registers[FOUND_R8];
	purgatory_opal_entry = registers[FOUND_R9];
	if (tree) {
		find_terminal(tree);
		find_rtas(tree);
		find_opal(tree);
	}
	console_open();
}

bool firmware_has_stdout(void)
{
	return has_stdout;
}

static void opal_power_off(void)
{
	opal_call(OPAL_CEC_POWER_DOWN, 0, 0, 0);
	/* That was only the beginning. */
	for (;;)
		opal_call(OPAL_POLL_EVENTS, 0, 0, 0);
}

_Noreturn void power_off(void)
{
	static struct power_off call;

	console_flush();
	if (purgatory_console == CONSOLE_OPAL)
		opal_power_off();
	if (rtas_entry) {
		call = (struct power_off){
			.token = BIG_ENDIAN_32(rtas_power_off),
			.arguments = BIG_ENDIAN_32(2u),
			.returns = BIG_ENDIAN_32(1u),
			.events = { ~0u, ~0u },
			.code = BIG_ENDIAN_32(STAY),
		};
		rtas_enter(&call, rtas_base, rtas_entry, &call.code);
	}
	for (;;)
		;
}
