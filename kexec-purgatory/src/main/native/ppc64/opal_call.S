/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call of OPAL, skiboot, doc/opal-spec.rst: the token in r0, arguments from r3 on, its base in r2; in real mode, with interrupts
 * masked, and big endian, so it returns to code that must be big endian, too.
 */
#include "registers.h"

/* Large enough for a caller of the older ABI, which the firmware may expect: 112 bytes, and three registers. */
#define FRAME 144
#define SAVED_LR 16
#define SAVED_R2 24
#define SAVED_R30 112
#define SAVED_R31 120

#define MTSRR0_R30 0x7fda03a6
#define MTSRR1_R31 0x7ffb03a6
#define RFID 0x4c000024

	.abiversion 2
	.text
	.globl opal_call
	.hidden opal_call
	.type opal_call, @function
	.balign 4
opal_call:
1:	addis 2, 12, (.TOC. - 1b)@ha
	addi 2, 2, (.TOC. - 1b)@l
	.localentry opal_call, . - opal_call
	mflr 0
	std 0, SAVED_LR(1)
	stdu 1, -FRAME(1)
	std 2, SAVED_R2(1)
	std 30, SAVED_R30(1)
	std 31, SAVED_R31(1)

	mr 0, 3
	mr 3, 4
	mr 4, 5
	mr 5, 6
	bcl 20, 31, 2f
2:	mflr 30
	addi 6, 30, returned - 2b
	mtlr 6
	addi 30, 30, back - 2b
	mfmsr 31

	li 12, MSR_LITTLE_ENDIAN
	andc 12, 31, 12
	mtsrr1 12
	addis 12, 2, purgatory_opal_entry@toc@ha
	ld 12, purgatory_opal_entry@toc@l(12)
	mtsrr0 12
	addis 2, 2, purgatory_opal_base@toc@ha
	ld 2, purgatory_opal_base@toc@l(2)
	rfid

	/* With r30 and r31 as they were, and big endian. */
returned:
	big_endian MTSRR0_R30
	big_endian MTSRR1_R31
	big_endian RFID

back:
	ld 30, SAVED_R30(1)
	ld 31, SAVED_R31(1)
	ld 2, SAVED_R2(1)
	addi 1, 1, FRAME
	ld 0, SAVED_LR(1)
	mtlr 0
	blr
	.size opal_call, . - opal_call
