/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes the place of a kernel: prints what it finds in its registers on the PL011 of QEMU's machine "virt", one line "name 0x..."
 * each, and switches the machine off. "el" is the exception level, "daif" the interrupt masks, "sctl" the system control register
 * and "time" the value of the counter, whose frequency is "freq".
 */
#define UART 0x09000000
#define PSCI_SYSTEM_OFF 0x84000008

	.macro show name, value
	ldr w20, =\name
	mov x21, \value
	bl print
	.endm

	.text
	.globl start
start:
	mov x10, x0
	mrs x19, CurrentEL
	show 0x20203078, x10 /* "x0  " */
	show 0x20203178, x1
	show 0x20203278, x2
	show 0x20203378, x3
	lsr x22, x19, #2
	show 0x20206c65, x22
	mrs x22, daif
	show 0x66696164, x22
	cmp x19, #(2 << 2)
	b.eq 1f
	mrs x22, sctlr_el1
	b 2f
1:	mrs x22, sctlr_el2
2:	show 0x6c746373, x22
	mrs x22, cntvct_el0
	show 0x656d6974, x22
	mrs x22, cntfrq_el0
	show 0x71657266, x22
	ldr w0, =PSCI_SYSTEM_OFF
	cmp x19, #(2 << 2)
	b.eq 3f
	hvc #0
3:	smc #0
	b .

	/* Four letters in w20, lowest byte first, and the number in x21; changes x20 to x26. */
print:
	ldr x23, =UART
	mov w24, #4
1:	strb w20, [x23]
	lsr w20, w20, #8
	subs w24, w24, #1
	b.ne 1b
	mov w25, #' '
	strb w25, [x23]
	mov w25, #'0'
	strb w25, [x23]
	mov w25, #'x'
	strb w25, [x23]
	mov w24, #16
2:	ror x21, x21, #60
	and w25, w21, #15
	add w26, w25, #'0'
	add w25, w25, #('a' - 10)
	cmp w26, #'9'
	csel w25, w26, w25, ls
	strb w25, [x23]
	subs w24, w24, #1
	b.ne 2b
	mov w25, #'\n'
	strb w25, [x23]
	ret
