/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Image header and the entry (Linux, Documentation/arch/arm64/booting.rst). It notes what it finds in the registers, as
 * that is what this kernel is for, and goes on in C. It runs wherever it was loaded: nothing here is an absolute address.
 */
#define STACK_SIZE 8192
#define CURRENT_EL_2 (2 << 2)

/* Linux' bss is large, and whoever forgets that it is not in the file puts something there. So is this one. */
#define MORE_BSS 0x100000

#define LITTLE_ENDIAN (0 << 0)
#define PAGES_OF_4K (1 << 1)
#define ANYWHERE (1 << 3)

	.macro address_of register, symbol
	adrp \register, \symbol
	add \register, \register, :lo12:\symbol
	.endm

	.section .head, "ax"
	.globl load_address
	.hidden load_address
load_address:
	b start
	.long 0
	.quad 0 /* text_offset */
	.quad image_memory
	.quad LITTLE_ENDIAN | PAGES_OF_4K | ANYWHERE
	.quad 0, 0, 0
	.ascii "ARM\x64"
	.long 0 /* no PE header */

start:
	mrs x4, daif
	msr daifset, #0xf
	msr spsel, #1
	address_of x5, registers
	stp x0, x1, [x5]
	stp x2, x3, [x5, #16]
	str x4, [x5, #32]

	address_of x5, bss_start
	address_of x6, bss_end
1:	stp xzr, xzr, [x5], #16
	cmp x5, x6
	b.lo 1b

	address_of x5, vectors
	mrs x6, CurrentEL
	cmp x6, #CURRENT_EL_2
	b.eq 2f
	msr vbar_el1, x5
	b 3f
2:	msr vbar_el2, x5
3:	isb
	mov x29, xzr
	mov x30, xzr
	address_of x5, stack_end
	mov sp, x5
	bl tiny_kernel
	b . /* it does not return */

	/* Whatever happened, it was not meant to. The stack may be what is wrong. */
exception:
	address_of x5, stack_end
	mov sp, x5
	bl unexpected_exception
	b .

	.balign 2048
vectors:
	.rept 16
	.balign 128
	b exception
	.endr

	/* x0 to x3 and daif, as found. Not in .bss, as they are older than its zeros. */
	.data
	.balign 16
	.globl registers
	.hidden registers
registers:
	.fill 5, 8, 0

	.bss
	.balign 16
	.fill STACK_SIZE
stack_end:
	.fill MORE_BSS
