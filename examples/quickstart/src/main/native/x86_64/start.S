/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two entries of the protected-mode part: 32-bit at its start, 64-bit 0x200 bytes further on. Both note what
 * they found in the registers, as that is what this kernel is for, and then meet in C, in long mode on a stack.
 * It runs wherever it was loaded: nothing here is an absolute address.
 */
#define CODE_64 0x10
#define DATA 0x18
#define SCRATCH 0x1e4 /* in boot_params: four bytes that are the kernel's to use */
#define STACK_SIZE 8192

	.section .head, "ax"
	.code32
	.globl load_address
	.hidden load_address
load_address:
	cli
	cld
	/* Where are we? Only a call tells, and a call needs a stack: the only memory known so far is boot_params. */
	movl %esp, %ecx
	movl %ebp, %edx
	leal SCRATCH + 4(%esi), %esp
	calll 1f
1:	popl %ebp
	subl $(1b - load_address), %ebp

	leal (registers - load_address)(%ebp), %eax
	movl %ebx, 0x18(%eax)
	movl %ecx, 0x20(%eax)
	movl %edx, 0x28(%eax)
	movl %esi, 0x30(%eax)
	movl %edi, 0x38(%eax)
	movl %cs, %ecx
	movl %ecx, 0x88(%eax)
	movl %ds, %ecx
	movl %ecx, 0x90(%eax)
	movl %cr0, %ecx
	movl %ecx, 0x98(%eax)
	movl %cr4, %ecx
	movl %ecx, 0xa0(%eax)

	leal (bss_start - load_address)(%ebp), %edi
	leal (bss_end - load_address)(%ebp), %ecx
	subl %edi, %ecx
	shrl $2, %ecx
	xorl %eax, %eax
	rep stosl
	leal (stack_end - load_address)(%ebp), %esp

	/* 4 GiB at their own addresses: one top-level entry, four gigabytes, 2 MiB entries. */
	leal (page_tables - load_address)(%ebp), %edi
	leal 0x1003(%edi), %eax
	movl %eax, (%edi)
	movl %edi, %cr3
	leal 0x1000(%edi), %edx
	addl $0x1000, %eax
	movl $4, %ecx
2:	movl %eax, (%edx)
	addl $0x1000, %eax
	addl $8, %edx
	loop 2b
	leal 0x2000(%edi), %edi
	movl $0x83, %eax
	movl $2048, %ecx
3:	movl %eax, (%edi)
	addl $0x200000, %eax
	addl $8, %edi
	loop 3b

	movl %cr4, %eax
	orl $0x20, %eax /* PAE */
	movl %eax, %cr4
	movl $0xc0000080, %ecx /* EFER.LME */
	rdmsr
	orl $0x100, %eax
	wrmsr
	leal (gdt - load_address)(%ebp), %eax
	movl %eax, (gdt_register + 2 - load_address)(%ebp)
	lgdtl (gdt_register - load_address)(%ebp)
	movl %cr0, %eax
	orl $0x80000001, %eax /* PG, PE */
	movl %eax, %cr0
	movl $32, %edi
	pushl $CODE_64
	leal (long_mode - load_address)(%ebp), %eax
	pushl %eax
	lretl

	.org 0x200
	.code64
	movq %rax, registers + 0x00(%rip)
	movq %rcx, registers + 0x08(%rip)
	movq %rdx, registers + 0x10(%rip)
	movq %rbx, registers + 0x18(%rip)
	movq %rsp, registers + 0x20(%rip)
	movq %rbp, registers + 0x28(%rip)
	movq %rsi, registers + 0x30(%rip)
	movq %rdi, registers + 0x38(%rip)
	movq %r8, registers + 0x40(%rip)
	movq %r9, registers + 0x48(%rip)
	movq %r10, registers + 0x50(%rip)
	movq %r11, registers + 0x58(%rip)
	movq %r12, registers + 0x60(%rip)
	movq %r13, registers + 0x68(%rip)
	movq %r14, registers + 0x70(%rip)
	movq %r15, registers + 0x78(%rip)
	movl $0, %eax /* not xor: the flags are still those that were found */
	movw %cs, %ax
	movq %rax, registers + 0x88(%rip)
	movw %ds, %ax
	movq %rax, registers + 0x90(%rip)
	movq %cr0, %rax
	movq %rax, registers + 0x98(%rip)
	movq %cr4, %rax
	movq %rax, registers + 0xa0(%rip)

	leaq stack_end(%rip), %rsp
	pushfq
	cli
	cld
	popq registers + 0x80(%rip)
	leaq bss_start(%rip), %rdi
	leaq bss_end(%rip), %rcx
	subq %rdi, %rcx
	shrq $2, %rcx
	xorl %eax, %eax
	rep stosl
	leaq gdt(%rip), %rax
	movq %rax, gdt_register + 2(%rip)
	lgdt gdt_register(%rip)
	movl $64, %edi
	leaq long_mode(%rip), %rax
	pushq $CODE_64
	pushq %rax
	lretq

long_mode:
	movl $DATA, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	movl %eax, %fs
	movl %eax, %gs
	xorl %ebp, %ebp
	leaq stack_end(%rip), %rsp
	call tiny_kernel /* edi: the width of the entry */
	ud2 /* it does not return */

	.data
	.balign 16
gdt:
	.quad 0, 0
	.quad 0x00af9b000000ffff /* CODE_64 */
	.quad 0x00cf93000000ffff /* DATA */
gdt_register:
	.word . - gdt - 1
	.quad 0 /* its address, once known */

	/* rax rcx rdx rbx rsp rbp rsi rdi r8..r15 rflags cs ds cr0 cr4, as found */
	.balign 8
	.globl registers
	.hidden registers
registers:
	.fill 21, 8, 0

	.section .bss.pages, "aw", @nobits
	.balign 4096
page_tables:
	.fill 6 * 4096

	.bss
	.balign 16
	.fill STACK_SIZE
stack_end:
