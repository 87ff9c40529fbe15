/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way in and the way out. The old kernel's last instruction jumps to purgatory_start with the processor in long
 * mode, interrupts off, and page tables that map RAM and the segments at their physical addresses. The GDT, the IDT,
 * the stack and the registers are leftovers of a kernel that is gone; no exception can be handled, so one that
 * happens all the same resets the machine.
 */
#define CODE_SELECTOR 0x10
#define DATA_SELECTOR 0x18
#define STACK_SIZE 2048

	.code64
	.text
	.globl purgatory_start
	.hidden purgatory_start
	.type purgatory_start, @function
purgatory_start:
	cli
	cld
	lgdt gdt_register(%rip)
	lidt idt_register(%rip)
	movl $DATA_SELECTOR, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	movl %eax, %fs
	movl %eax, %gs
	leaq purgatory_stack_end(%rip), %rsp
	leaq 1f(%rip), %rax
	pushq $CODE_SELECTOR
	pushq %rax
	lretq
1:
	xorl %eax, %eax
	lldt %ax
	xorl %ebp, %ebp
	call purgatory

	/* Everything the kernel finds in its registers comes from the image, nothing from here. */
	movq purgatory_registers + 0x00(%rip), %rax
	movq purgatory_registers + 0x08(%rip), %rcx
	movq purgatory_registers + 0x10(%rip), %rdx
	movq purgatory_registers + 0x18(%rip), %rbx
	movq purgatory_registers + 0x20(%rip), %rsp
	movq purgatory_registers + 0x28(%rip), %rbp
	movq purgatory_registers + 0x30(%rip), %rsi
	movq purgatory_registers + 0x38(%rip), %rdi
	movq purgatory_registers + 0x40(%rip), %r8
	movq purgatory_registers + 0x48(%rip), %r9
	movq purgatory_registers + 0x50(%rip), %r10
	movq purgatory_registers + 0x58(%rip), %r11
	movq purgatory_registers + 0x60(%rip), %r12
	movq purgatory_registers + 0x68(%rip), %r13
	movq purgatory_registers + 0x70(%rip), %r14
	movq purgatory_registers + 0x78(%rip), %r15
	jmpq *purgatory_registers + 0x80(%rip)
	.size purgatory_start, . - purgatory_start

	.data
	.balign 16
	/* rax rcx rdx rbx rsp rbp rsi rdi r8..r15 rip; the loader writes all of them. */
	.globl purgatory_registers
	.hidden purgatory_registers
	.type purgatory_registers, @object
purgatory_registers:
	.fill 4, 8, 0
	.quad purgatory_stack_end
	.fill 12, 8, 0
	.size purgatory_registers, . - purgatory_registers

	/* Linux' 64-bit boot protocol asks for these two selectors, flat. In .data, as the processor marks them used. */
	.balign 16
gdt:
	.quad 0
	.quad 0
	.quad 0x00af9b000000ffff /* 0x10: code, 64-bit, read and execute */
	.quad 0x00cf93000000ffff /* 0x18: data, read and write */
gdt_end:

	.balign 16
gdt_register:
	.word gdt_end - gdt - 1
	.quad gdt

	.balign 16
idt_register:
	.word 0
	.quad 0

	.bss
	.balign 16
	.fill STACK_SIZE
	/* Also what the kernel gets as rsp unless the image says otherwise. */
	.globl purgatory_stack_end
	.hidden purgatory_stack_end
	.type purgatory_stack_end, @notype
purgatory_stack_end:
