/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays the last instructions of a kexec, so that a test can start an image without booting a first kernel:
 *
 *     qemu-system-x86_64 -kernel launcher-x86_64.elf \
 *         -device loader,file=SEGMENT,addr=0x...,force-raw=on      one for each segment
 *         -device loader,addr=0x110000,data=0x...,data-len=8         where to jump: the entry of the image
 *
 * QEMU starts it by the PVH protocol (Xen's x86 HVM direct boot ABI: 32-bit, flat segments, no paging). It maps the
 * first 8 GiB to themselves, enters long mode and jumps with what a kexec of Linux leaves behind: all general registers
 * 0, CR0 = PG, NE, ET, MP and PE, CR4 = PAE, interrupts off, a stack with a zero on top, and a GDT and an IDT that the
 * next one should not count on: the selectors are others than Linux' boot protocol wants, and there is no handler for
 * any exception.
 *
 * Built by, in this folder:
 *
 *     ../../../../../../kexec-purgatory/src/main/native/build.sh elf x86_64 launcher.ld \
 *         ../../resources/io/kexec4j/examples/bootmatrix/launcher-x86_64.elf launcher.S
 *
 * It takes the first 64 KiB above 1 MiB, and the entry's address lies behind it. Nothing may be placed below 1 MiB:
 * QEMU puts segments in place first and then runs its firmware, which uses that memory as it likes.
 */
#define ENTRY_POINTER 0x110000
#define GIGABYTES 8
#define CODE_64 0x20
#define DATA 0x28

#define XEN_ELFNOTE_PHYS32_ENTRY 18

	.section .note, "a", @note
	.balign 4
	.long 2f - 1f
	.long 4f - 3f
	.long XEN_ELFNOTE_PHYS32_ENTRY
1:	.asciz "Xen"
2:	.balign 4
3:	.long start
4:	.balign 4

	.text
	.code32
	.globl start
start:
	cli
	cld

	/* One top-level entry, a directory of gigabytes, and a page of 2 MiB entries for each of them. */
	movl $page_directories, %edi
	movl $(GIGABYTES * 512), %ecx
	movl $0x83, %eax /* present, writable, 2 MiB */
	xorl %edx, %edx
1:	movl %eax, (%edi)
	movl %edx, 4(%edi)
	addl $0x200000, %eax
	adcl $0, %edx
	addl $8, %edi
	loop 1b

	movl $page_directory_pointers, %edi
	movl $(page_directories + 3), %eax
	movl $GIGABYTES, %ecx
1:	movl %eax, (%edi)
	addl $4096, %eax
	addl $8, %edi
	loop 1b
	movl $(page_directory_pointers + 3), top_level

	movl $0x20, %eax /* PAE */
	movl %eax, %cr4
	movl $top_level, %eax
	movl %eax, %cr3
	movl $0xc0000080, %ecx /* EFER.LME */
	rdmsr
	orl $0x100, %eax
	wrmsr
	lgdt gdt_register
	lidt idt_register
	movl $0x80000033, %eax /* PG, NE, ET, MP, PE */
	movl %eax, %cr0
	ljmpl $CODE_64, $long_mode

	.code64
long_mode:
	movl $DATA, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	movl %eax, %fs
	movl %eax, %gs
	movl $(stack_end - 8), %esp
	xorl %eax, %eax
	xorl %ecx, %ecx
	xorl %edx, %edx
	xorl %ebx, %ebx
	xorl %ebp, %ebp
	xorl %esi, %esi
	xorl %edi, %edi
	xorl %r8d, %r8d
	xorl %r9d, %r9d
	xorl %r10d, %r10d
	xorl %r11d, %r11d
	xorl %r12d, %r12d
	xorl %r13d, %r13d
	xorl %r14d, %r14d
	xorl %r15d, %r15d
	jmpq *ENTRY_POINTER

	.data
	.balign 16
gdt:
	.fill 4, 8, 0
	.quad 0x00af9b000000ffff /* 0x20 */
	.quad 0x00cf93000000ffff /* 0x28 */
gdt_end:

gdt_register:
	.word gdt_end - gdt - 1
	.quad gdt

idt_register:
	.word 0
	.quad 0

	.bss
	.balign 4096
top_level:
	.fill 4096
page_directory_pointers:
	.fill 4096
page_directories:
	.fill GIGABYTES * 4096
	.fill 256
stack_end:
