/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way in and the way out. The old kernel's last instruction jumps to purgatory_start with the processor in long
 * mode, interrupts off, and page tables that map RAM and the segments at their physical addresses. The GDT, the IDT,
 * the stack and the registers are leftovers of a kernel that is gone; no exception can be handled, so one that
 * happens all the same resets the machine.
 */
#define CODE_SELECTOR 0x10
#define DATA_SELECTOR 0x18
#define CODE_16_SELECTOR 0x20
#define DATA_16_SELECTOR 0x28
#define STACK_SIZE 2048

/* How the kernel is entered. */
#define EXIT_32BIT 1
#define EXIT_REAL_MODE 2
#define EXIT_BACK 3

/* From purgatory_registers on. */
#define RSP 0x20
#define RSI 0x30
#define RIP 0x80
#define EXIT_MODE 0x88

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
	/* Whoever can be jumped back to has called, all others have left a zero here. */
	movq (%rsp), %rax
	movq %rax, purgatory_return_address(%rip)
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
	call tell_jump_back_entry

	/* Everything the kernel finds in its registers comes from the image, nothing from here. */
	movl purgatory_exit_mode(%rip), %eax
	cmpl $EXIT_32BIT, %eax
	je exit_32bit
	cmpl $EXIT_REAL_MODE, %eax
	je exit_real_mode
	cmpl $EXIT_BACK, %eax
	je exit_back
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
	jmpq *purgatory_registers + RIP(%rip)

	/*
	 * To a kernel that waits for the return of its call (relocate_kernel_64.S in Linux), and looks there for the address
	 * at which this one waits. Its memory is none that this one's page tables need to map.
	 */
exit_back:
	movq %cr4, %rax
	shrl $12, %eax /* LA57 */
	andl $1, %eax
	leaq purgatory_page_tables(%rip), %rcx
	movq (%rcx, %rax, 8), %rax
	leaq purgatory_stack_end(%rip), %rsp
	pushq purgatory_return_address(%rip)
	movq purgatory_registers + RIP(%rip), %rdx
	movq %rax, %cr3
	jmpq *%rdx

	/* All of this lies below 1 MiB. The code that is left in real mode finds itself where it is then. */
exit_real_mode:
	call restore_bios_interrupts
	leaq real_mode(%rip), %rax
	movl %eax, %ecx
	movw %ax, gdt + CODE_16_SELECTOR + 2(%rip)
	shrl $16, %ecx
	movb %cl, gdt + CODE_16_SELECTOR + 4(%rip)
	shrl $4, %eax
	movw %ax, real_mode_jump + 3(%rip)

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
	movl RIP(%rbp), %eax
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
	cmpl $EXIT_REAL_MODE, EXIT_MODE(%ebp)
	je 3f

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

3:	movl RSI(%ebp), %esi
	movl RSP(%ebp), %esp
	ljmpl $CODE_16_SELECTOR, $0

	/*
	 * Segments as real mode wants them have to be loaded before it is there, since it changes nothing about them but where
	 * they begin. si is the segment of the setup code, sp its stack.
	 */
	.balign 16
	.code16
real_mode:
	movw $DATA_16_SELECTOR, %ax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %ss
	movw %ax, %fs
	movw %ax, %gs
	lidtl %cs:(bios_vectors - real_mode)
	movl %cr0, %eax
	andb $0xfe, %al
	movl %eax, %cr0
real_mode_jump:
	ljmpw $0, $(4f - real_mode)
4:	movw %si, %ds
	movw %si, %es
	movw %si, %ss
	movw %si, %fs
	movw %si, %gs
	addw $0x20, %si
	pushw %si
	xorl %eax, %eax
	pushw %ax
	xorl %ecx, %ecx
	xorl %edx, %edx
	xorl %ebx, %ebx
	xorl %ebp, %ebp
	xorl %esi, %esi
	xorl %edi, %edi
	lretw

bios_vectors:
	.word 0x3ff
	.long 0
	.size purgatory_start, . - purgatory_start

	.data
	.balign 16
	/*
	 * rax rcx rdx rbx rsp rbp rsi rdi r8..r15 rip; the loader writes all of them. Lower halves count for a 32-bit exit; for
	 * real mode, rsi is the segment of the setup code and rsp its stack; for a jump back, only rip counts.
	 */
	.globl purgatory_registers
	.hidden purgatory_registers
	.type purgatory_registers, @object
purgatory_registers:
	.fill 4, 8, 0
	.quad purgatory_stack_end
	.fill 12, 8, 0
	.size purgatory_registers, . - purgatory_registers

	/* Behind the registers, where 32-bit code finds it. */
	.globl purgatory_exit_mode
	.hidden purgatory_exit_mode
	.type purgatory_exit_mode, @object
purgatory_exit_mode:
	.long 0
	.size purgatory_exit_mode, . - purgatory_exit_mode

	/* Linux' boot protocols ask for the first two selectors, flat. In .data, as the processor marks them used. */
	.balign 16
gdt:
	.quad 0
	.quad 0
	.quad 0x00af9b000000ffff /* 0x10: code, 64-bit, read and execute */
	.quad 0x00cf93000000ffff /* 0x18: data, read and write */
	.quad 0x00009b000000ffff /* 0x20: code, 16-bit, on the way to real mode */
	.quad 0x000093000000ffff /* 0x28: data, 64 KiB, likewise */
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
	.balign 8
	.globl purgatory_return_address
	.hidden purgatory_return_address
	.type purgatory_return_address, @object
purgatory_return_address:
	.fill 8
	.size purgatory_return_address, . - purgatory_return_address

	.balign 16
	.fill STACK_SIZE
	/* Also what the kernel gets as rsp unless the image says otherwise. */
	.globl purgatory_stack_end
	.hidden purgatory_stack_end
	.type purgatory_stack_end, @notype
purgatory_stack_end:
