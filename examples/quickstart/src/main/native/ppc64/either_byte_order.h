/* SPDX-License-Identifier: Apache-2.0 */
/* For assembly: code that is entered in either byte order, and goes on in that which it was assembled for. */
#ifndef KEXEC4J_TINY_EITHER_BYTE_ORDER_H
#define KEXEC4J_TINY_EITHER_BYTE_ORDER_H

/* An instruction as a processor in the other byte order reads it. */
#define SWAPPED(instruction) \
	.long (((instruction) & 0xff) << 24) | (((instruction) & 0xff00) << 8) | (((instruction) >> 8) & 0xff00) | ((instruction) >> 24)

/*
 * Leaves in r11 the MSR as it was found, whose lowest bit is LE. Changes r10 and r12, SRR0 and SRR1 besides. The first
 * instruction, a trap that is never taken, is a branch to the third in the other byte order.
 */
	.macro either_byte_order
	tdi 0, 0, 0x48
	b .Lsame_order\@
	SWAPPED(0x7d4802a6) /* mflr r10 */
	SWAPPED(0x429f0005) /* bcl 20, 31, .+4 */
	SWAPPED(0x7d8802a6) /* mflr r12 */
	SWAPPED(0x7d4803a6) /* mtlr r10 */
	SWAPPED(0x398c0024) /* addi r12, r12, 0x24: behind all this */
	SWAPPED(0x7d9a03a6) /* mtsrr0 r12 */
	SWAPPED(0x7d6000a6) /* mfmsr r11 */
	SWAPPED(0x696c0001) /* xori r12, r11, 1 */
	SWAPPED(0x7d9b03a6) /* mtsrr1 r12 */
	SWAPPED(0x4c000024) /* rfid */
.Lsame_order\@:
	mfmsr %r11
	.endm

#endif
