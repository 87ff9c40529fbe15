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

/* The upper half of the descriptor of a flat code segment for 32-bit code. */
#define CODE_32 0x00cf9b00
#define CR0_PE_ET 0x11
#define CR4_PAE_LA57 0x1020
#define EFER 0xc0000080
#define EFER_LME 0x100

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
	cmpl $0, purgatory_exit_32bit(%rip)
	jne exit_32bit
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

	/*
	 * Out of long mode: all of this lies below 4 GiB, where addresses stay the same without paging. What CR4 must not
	 * have while paging goes off or write protection is cleared (PCIDE, CET) goes first; the rest cannot go before.
	 */
exit_32bit:
	movl $CR4_PAE_LA57, %eax
	movq %cr4, %rcx
	andq %rcx, %rax
	movq %rax, %cr4
	leaq purgatory_registers(%rip), %rbp
	movl 0x80(%rbp), %eax
	movl %eax, kernel_jump + 1(%rip)
	/* The selectors are to be the same in both modes, so it is the segment behind one that changes. */
	movl $CODE_32, gdt + CODE_SELECTOR + 4(%rip)
	leaq 2f(%rip), %rax
	pushq $CODE_SELECTOR
	pushq %rax
	lretq

	.code32
2:	movl $DATA_SELECTOR, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	movl %eax, %fs
	movl %eax, %gs
	movl $CR0_PE_ET, %eax
	movl %eax, %cr0
	xorl %eax, %eax
	movl %eax, %cr4
	movl $EFER, %ecx
	rdmsr
	andl $~EFER_LME, %eax
	wrmsr

	movl 0x00(%ebp), %eax
	movl 0x08(%ebp), %ecx
	movl 0x10(%ebp), %edx
	movl 0x18(%ebp), %ebx
	movl 0x20(%ebp), %esp
	movl 0x30(%ebp), %esi
	movl 0x38(%ebp), %edi
	movl 0x28(%ebp), %ebp
	/* No register and no stack is left that could hold the address: it was written into the instruction. */
kernel_jump:
	ljmpl $CODE_SELECTOR, $0
	.size purgatory_start, . - purgatory_start

	.data
	.balign 16
	/* rax rcx rdx rbx rsp rbp rsi rdi r8..r15 rip; the loader writes all of them. Lower halves count for a 32-bit exit. */
	.globl purgatory_registers
	.hidden purgatory_registers
	.type purgatory_registers, @object
purgatory_registers:
	.fill 4, 8, 0
	.quad purgatory_stack_end
	.fill 12, 8, 0
	.size purgatory_registers, . - purgatory_registers

	/* Linux' boot protocols ask for these two selectors, flat. In .data, as the processor marks them used. */
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
