/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way in and the way out. The old kernel's last instruction jumps to purgatory_start at EL2 or EL1, with the MMU and
 * the data cache off, so that all memory is as a device's: what is not aligned cannot be read, and nothing is cached.
 */
#define STACK_SIZE 4096

	.text
	.globl purgatory_start
	.hidden purgatory_start
	.type purgatory_start, @function
purgatory_start:
	msr daifset, #0xf
	msr spsel, #1
	adrp x0, purgatory_stack_end
	add sp, x0, :lo12:purgatory_stack_end
	mov x29, xzr
	mov x30, xzr
	adrp x0, vectors
	add x0, x0, :lo12:vectors
	mrs x1, CurrentEL
	cmp x1, #(2 << 2)
	b.eq 1f
	msr vbar_el1, x0
	b 2f
1:	msr vbar_el2, x0
2:	isb
	bl purgatory

	/* Linux, Documentation/arch/arm64/booting.rst: the device tree in x0, nothing else. */
	adrp x4, purgatory_kernel_entry
	ldr x4, [x4, :lo12:purgatory_kernel_entry]
	adrp x0, purgatory_device_tree
	ldr x0, [x0, :lo12:purgatory_device_tree]
	mov x1, xzr
	mov x2, xzr
	mov x3, xzr
	dsb sy
	isb
	br x4
	.size purgatory_start, . - purgatory_start

	/* Nothing that happens here can be handled: the machine starts anew, on a stack that works, without the MMU. */
exception:
	msr daifset, #0xf
	adrp x0, purgatory_stack_end
	add sp, x0, :lo12:purgatory_stack_end
	bl caches_off
	bl machine_reset

	.balign 2048
vectors:
	.rept 16
	.balign 128
	b exception
	.endr

	.bss
	.balign 16
	.fill STACK_SIZE
purgatory_stack_end:
