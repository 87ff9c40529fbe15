// SPDX-License-Identifier: Apache-2.0
#include "devices.h"

#include "console.h"
#include "machine.h"
#include "parameters.h"
#include "processor.h"
#include "psci.h"

#define VIRT_UART 0x09000000

/* What the purgatory's console and its way to the firmware are told by a loader, this kernel finds out. */
uint64_t purgatory_uart_address = VIRT_UART;
uint32_t purgatory_uart_type = UART_PL011;
uint32_t purgatory_uart_shift;
uint32_t purgatory_uart_width;
uint32_t purgatory_psci;

static bool has_stdout;

/* A PL011 below the root, or below buses that leave addresses as they are. */
static void find_uart(const struct fdt *tree)
{
	uint32_t cells = fdt_root_cells(tree, "#address-cells");
	struct fdt_place node;
	struct fdt_property path, reg;

	if (!fdt_find(tree, "/chosen", &node))
		return;
	path = fdt_property(node, "stdout-path");
	if (!fdt_is_string(path) || !fdt_find(tree, (const char *)path.value, &node) ||
	    !fdt_has_string(fdt_property(node, "compatible"), "arm,pl011"))
		return;
	reg = fdt_property(node, "reg");
	if (reg.size < cells * FDT_CELL)
		return;
	purgatory_uart_address = fdt_cells(reg.value, cells);
	has_stdout = true;
}

static void find_firmware(const struct fdt *tree)
{
	struct fdt_place node;
	struct fdt_property method;

	if (!fdt_find(tree, "/psci", &node))
		return;
	method = fdt_property(node, "method");
	if (fdt_has_string(method, "hvc"))
		purgatory_psci = PSCI_HVC;
	if (fdt_has_string(method, "smc"))
		purgatory_psci = PSCI_SMC;
}

void devices_find(const struct fdt *tree)
{
	/* A hypervisor answers who is below it. */
	purgatory_psci = exception_level() == 2 ? PSCI_SMC : PSCI_HVC;
	if (tree) {
		find_uart(tree);
		find_firmware(tree);
	}
	console_open();
}

bool devices_has_stdout(void)
{
	return has_stdout;
}

_Noreturn void power_off(void)
{
	console_flush();
	psci_call(PSCI_SYSTEM_OFF);
	machine_halt();
}
