/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays the last instructions of a kexec, so that a test can start an image for either byte order without booting a first
 * kernel:
 *
 *     qemu-system-ppc64 -M pseries -vga none -bios launcher-ppc64.bin \
 *         -device loader,file=SEGMENT,addr=0x...,force-raw=on         one for each segment
 *         -device loader,file=PARAMETERS,addr=0x3000,force-raw=on     see launcher.h
 *
 * QEMU puts it at address 0 in the place of a firmware, and starts the first processor at 0x100, in big-endian order, with MMU and
 * interrupts off and the address of a device tree in r3. It moves away from there, to where the parameters say, and does what
 * Linux does last: it copies the image's first 0x100 bytes to address 0, has all processors but one start at 0x60 there, always in
 * big-endian order (arch/powerpc/kernel/misc_64.S, kexec_wait), and the one at the image's start, in the byte order of the old
 * kernel. Registers that say nothing hold minus their number.
 *
 * What it moves to stays there, as its first bytes are the machine's RTAS, which a real firmware leaves behind, too:
 * linux,rtas-base and linux,rtas-entry in a device tree for the image are the address that it moves to.
 *
 * Built by, in this folder:
 *
 *     ../../../../../../kexec-purgatory/src/main/native/build.sh binary ppc64 launcher.ld \
 *         ../../resources/io/kexec4j/examples/bootmatrix/launcher-ppc64.bin launcher.c launcher.S \
 *         ../../../../../quickstart/src/main/native/common/fdt.c
 */
#include "launcher.h"

#define STACK_SIZE 8192
#define FIRST_FRAME 96
#define H_RTAS 0xf000
#define START 0x100
#define SECONDARY_ENTRY 0x60

/* As Linux leaves it: in 64-bit mode, with machine checks enabled, and recoverable. */
#define MSR_SF_SHIFT 63
#define MSR_ME_RI 0x1002

	.macro address_of register, symbol
	addis \register, \register, (\symbol - 9b)@ha
	addi \register, \register, (\symbol - 9b)@l
	.endm

	/* Called with the address of the arguments in r3. The hypervisor wants it in r4. */
	.section .rtas, "ax"
	mr %r4, %r3
	lis %r3, 0
	ori %r3, %r3, H_RTAS
	sc 1
	blr

	.section .head, "ax"
	.globl start
	.hidden start
start:
	ld %r4, PARAMETERS + PARAMETERS_LAUNCHER(0)
	li %r5, 0
	li %r6, (PARAMETERS + PARAMETERS_SIZE) / 8
	mtctr %r6
1:	ldx %r7, 0, %r5
	stdx %r7, %r4, %r5
	addi %r5, %r5, 8
	bdnz 1b
	sync
	isync
	addi %r4, %r4, START + moved - start
	mtctr %r4
	bctr

moved:
	bcl 20, 31, 9f
9:	mflr %r1
	mr %r2, %r1
	address_of %r2, .TOC.
	address_of %r1, stack_end - FIRST_FRAME
	li %r0, 0
	std %r0, 0(%r1)
	bl launch /* r3: the device tree */
	nop

	/* Each processor comes here, with its number in r3. */
	.globl leave
	.hidden leave
leave:
	bcl 20, 31, 9f
9:	mflr %r6
	address_of %r6, parameters
	li %r8, 1
	sldi %r8, %r8, MSR_SF_SHIFT
	ori %r8, %r8, MSR_ME_RI
	ld %r7, PARAMETERS_PROCESSOR(%r6)
	cmpd %r3, %r7
	beq 1f
	li %r7, SECONDARY_ENTRY
	mtsrr0 %r7
	li %r4, -4
	li %r5, -5
	b 2f
1:	ld %r7, PARAMETERS_LITTLE_ENDIAN(%r6)
	or %r8, %r8, %r7
	ld %r4, PARAMETERS_IMAGE(%r6)
	mtsrr0 %r4
	li %r5, 0
	ld %r7, PARAMETERS_DEVICE_TREE(%r6)
	cmpdi %r7, 0
	beq 2f
	mr %r3, %r7
2:	mtsrr1 %r8
	.irp number, 0, 1, 2, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	li \number, -\number
	.endr
	rfid

	.section .parameters, "aw", @nobits
	.globl parameters
	.hidden parameters
parameters:
	.fill PARAMETERS_SIZE

	.bss
	.balign 16
	.fill STACK_SIZE
stack_end:
