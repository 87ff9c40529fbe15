/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way in and the way out. The old kernel copies the first 256 bytes of this to physical address 0, and sends all other
 * processors to 0x60 there, in big-endian order whatever its own (Linux, arch/powerpc/kernel/misc_64.S, kexec_wait). Its last
 * instruction jumps to purgatory_start: in real mode, in its own byte order, with the number of this processor in r3. So the
 * first word is a branch, and all that follows it up to 256 bytes is the new kernel's own: it has what the other processors do at
 * 0x60 until it wants them.
 *
 * No exception can be handled, and there is nothing to install: their vectors lie above that at physical addresses of the old
 * kernel, which a purgatory must not write, as they are what a dump is about.
 */
#include "registers.h"

#define STACK_SIZE 8192
#define KERNEL_HEAD_SIZE 256
/* ELFv2 ABI 2.2.3.1: what a function may write of its caller's frame. */
#define FRAME 32

/* ePAPR 1.1, 5.4.1. */
#define EPAPR_MAGIC 0x65504150

	.abiversion 2
	.section .text.head, "ax", @progbits
	.balign KERNEL_HEAD_SIZE
	.globl purgatory_start, purgatory_kernel_head
	.hidden purgatory_start, purgatory_kernel_head
	.type purgatory_start, @function
	.type purgatory_kernel_head, @object
purgatory_start:
	b master
purgatory_kernel_head:
	.fill KERNEL_HEAD_SIZE - 4
	.size purgatory_kernel_head, . - purgatory_kernel_head

master:
	mr 31, 3
	or 2, 2, 2 /* the usual priority: the old kernel may have waited at a low one */
	mfmsr 3
	li 4, 0
	ori 4, 4, MSR_EXTERNAL_INTERRUPTS
	andc 3, 3, 4
	mtmsrd 3, 1

	bcl 20, 31, 1f
1:	mflr 12
	addis 2, 12, (.TOC. - 1b)@ha
	addi 2, 2, (.TOC. - 1b)@l
	addis 1, 2, purgatory_stack_end@toc@ha
	addi 1, 1, purgatory_stack_end@toc@l
	li 0, 0
	stdu 0, -FRAME(1)
	bl purgatory
	nop
	mr 3, 31
	bl set_boot_processor
	nop
	bl wait_for_other_processors
	nop

	/* Linux, arch/powerpc/kernel/head_64.S, and ePAPR: see Ppc64Exit. */
	addis 4, 2, purgatory_kernel_entry@toc@ha
	ld 4, purgatory_kernel_entry@toc@l(4)
	addis 3, 2, purgatory_device_tree@toc@ha
	ld 3, purgatory_device_tree@toc@l(3)
	addis 8, 2, purgatory_opal_base@toc@ha
	ld 8, purgatory_opal_base@toc@l(8)
	addis 9, 2, purgatory_opal_entry@toc@ha
	ld 9, purgatory_opal_entry@toc@l(9)
	li 5, 0
	lis 6, EPAPR_MAGIC@h
	ori 6, 6, EPAPR_MAGIC@l
	li 7, -1
	mr 12, 4

	/* In big-endian mode, and fetching what is in memory now. */
	mfmsr 10
	li 11, MSR_LITTLE_ENDIAN
	andc 10, 10, 11
	mtsrr0 4
	mtsrr1 10
	sync
	isync
	rfid
	.size purgatory_start, . - purgatory_start

	.bss
	.balign 16
	.fill STACK_SIZE
purgatory_stack_end:
