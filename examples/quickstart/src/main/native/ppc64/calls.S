/* SPDX-License-Identifier: Apache-2.0 */
#include "either_byte_order.h"

#define LR_SAVE 16
#define TOC_SAVE 24
#define FRAME 32

	/* Clears MSR[LE]: firmware is big-endian. */
	.macro big_endian_msr register
	mfmsr \register
	rldicr \register, \register, 0, 62
	.endm

	.text

	/* RTAS runs in 32-bit mode, and finds its arguments by r3 and itself by r4. */
	.globl rtas_call
	.hidden rtas_call
rtas_call:
	mtsrr0 %r5
	big_endian_msr %r6
	rldicl %r6, %r6, 0, 1 /* MSR[SF] */
	mtsrr1 %r6
	bcl 20, 31, 1f
1:	mflr %r7
	addi %r7, %r7, 2f - 1b
	mtlr %r7
	rfid
2:	.byte 0x48, 0, 0, 0 /* b . */

	/* OPAL takes a function's number in r0, itself in r2 and arguments from r3 on, and answers in r3. */
	.globl opal_call
	.hidden opal_call
opal_call:
	mflr %r0
	std %r0, LR_SAVE(%r1)
	stdu %r1, -FRAME(%r1)
	std %r2, TOC_SAVE(%r1)
	mtspr 314, %r8 /* HSRR0 */
	big_endian_msr %r9
	mtspr 315, %r9 /* HSRR1 */
	bcl 20, 31, 1f
1:	mflr %r9
	addi %r9, %r9, 2f - 1b
	mtlr %r9
	mr %r0, %r3
	mr %r2, %r7
	mr %r3, %r4
	mr %r4, %r5
	mr %r5, %r6
	hrfid
2:	either_byte_order
	ld %r2, TOC_SAVE(%r1)
	addi %r1, %r1, FRAME
	ld %r0, LR_SAVE(%r1)
	mtlr %r0
	blr
