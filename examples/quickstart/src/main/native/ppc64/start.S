/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first 0x100 bytes are what a loader knows of a vmlinux for 64-bit servers: a start in either byte order, a word that says
 * whether to run at load, and at 0x60 where all other processors start. The old kernel copies these bytes to address 0, and
 * sends those processors there, while the kernel itself runs wherever it was loaded: but for the copy's own memory, nothing here
 * is an absolute address. It notes what it finds in the registers, as that is what this kernel is for, and goes on in C.
 */
#include "either_byte_order.h"
#include "head.h"

#define STACK_SIZE 16384
#define FIRST_FRAME 96

/* Linux' bss is large, and whoever forgets that it is not in the file puts something there. So is this one. */
#define MORE_BSS 0x100000

	/* From where label 9 is, whose address is in the register. */
	.macro address_of register, symbol
	addis \register, \register, (\symbol - 9b)@ha
	addi \register, \register, (\symbol - 9b)@l
	.endm

	.macro enter_c
	bcl 20, 31, 9f
9:	mflr %r1
	mr %r2, %r1
	address_of %r2, .TOC.
	address_of %r1, (stack_end - FIRST_FRAME)
	li %r0, 0
	std %r0, 0(%r1)
	.endm

	.section .head, "ax"
	.globl head
	.hidden head
head:
	either_byte_order
	b start

	.org HEAD_EXCEPTION_HANDLER
	.quad 0
	.org HEAD_SECONDARIES
	.quad 0, 0 /* entered in big-endian order, and in little-endian: a bit each */
	.org HEAD_RUN_AT_LOAD
	.long HEAD_RUN0

	/* At this absolute address, with the number of a processor in r3. */
	.org HEAD_SECONDARY
	either_byte_order
	rldicl %r9, %r3, 0, 58
	li %r10, 1
	sld %r10, %r10, %r9
	rlwinm %r12, %r11, 3, 28, 28 /* MSR[LE] as an offset */
	addi %r12, %r12, HEAD_SECONDARIES
1:	ldarx %r11, 0, %r12
	or %r11, %r11, %r10
	stdcx. %r11, 0, %r12
	bne 1b
2:	or %r1, %r1, %r1 /* low priority */
	b 2b
	.org HEAD_SIZE

	.text
start:
	bcl 20, 31, 9f
9:	mflr %r12
	mr %r10, %r12
	address_of %r12, registers
	std %r1, 0(%r12)
	std %r2, 8(%r12)
	std %r3, 16(%r12)
	std %r4, 24(%r12)
	std %r5, 32(%r12)
	std %r6, 40(%r12)
	std %r7, 48(%r12)
	std %r8, 56(%r12)
	std %r9, 64(%r12)
	std %r11, 72(%r12)
	li %r0, 0
	mtmsrd %r0, 1 /* EE and RI */

	mr %r3, %r10
	address_of %r3, bss_start
	address_of %r10, bss_end
	subf %r10, %r3, %r10
	srdi %r10, %r10, 3
	mtctr %r10
1:	std %r0, 0(%r3)
	addi %r3, %r3, 8
	bdnz 1b

	enter_c
	bl tiny_kernel
	nop
	b . /* it does not return */

	/* Copied to where processors look for what to do about an exception, in the byte order that was set for those. */
	.globl exception_vector, exception_vector_end
	.hidden exception_vector, exception_vector_end
	.balign 8
exception_vector:
	tdi 0, 0, 0x48 /* as in either_byte_order */
	b 1f
	SWAPPED(0x7e9a02a6) /* mfsrr0 r20 */
	SWAPPED(0x7ebb02a6) /* mfsrr1 r21 */
	SWAPPED(0x4800000c) /* b 2f */
1:	mfsrr0 %r20
	mfsrr1 %r21
2:	either_byte_order
	bcl 20, 31, .+4
	mflr %r22
	ld %r12, HEAD_EXCEPTION_HANDLER(0)
	mtctr %r12
	bctr
	.balign 8
exception_vector_end:

	/* Whatever happened, it was not meant to. The stack may be what is wrong. */
	.globl exception_handler
	.hidden exception_handler
exception_handler:
	enter_c
	rldicr %r3, %r22, 0, 56
	mr %r4, %r20
	mr %r5, %r21
	mfspr %r6, 19 /* DAR */
	bl unexpected_exception
	nop
	b .

	/* r1 to r9 and MSR, as found. Not in .bss, as they are older than its zeros. */
	.data
	.balign 16
	.globl registers
	.hidden registers
registers:
	.fill 10, 8, 0

	.bss
	.balign 16
	.fill STACK_SIZE
stack_end:
	.fill MORE_BSS
