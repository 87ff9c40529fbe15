/* SPDX-License-Identifier: Apache-2.0 */
	.text

	/* RTAS runs in 32-bit mode, in big-endian order, and finds its arguments by r3 and itself by r4. */
	.globl rtas_call
	.hidden rtas_call
rtas_call:
	mtsrr0 %r5
	mfmsr %r6
	rldicl %r6, %r6, 0, 1 /* MSR[SF] */
	rldicr %r6, %r6, 0, 62 /* MSR[LE] */
	mtsrr1 %r6
	bcl 20, 31, 1f
1:	mflr %r7
	addi %r7, %r7, 2f - 1b
	mtlr %r7
	rfid
2:	.byte 0x48, 0, 0, 0 /* b . */
