/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that is entered in 32-bit mode in the place of a kernel, and prints on the first serial port in which state
 * it found the processor, as "name=value" lines with eight hexadecimal digits. Then it switches the machine off.
 *
 * It lies at its address, where a test puts it. Built by, in this folder:
 *
 *     ../../../../../../kexec-purgatory/src/main/native/build.sh elf i386 probe32.ld \
 *         ../../resources/io/kexec4j/examples/bootmatrix/probe32.elf probe32.S
 */
#define COM1 0x3f8
#define POWER_MANAGEMENT 0x604
#define POWER_OFF 0x2000
#define EFER 0xc0000080
#define COUNT 18

	.code32
	.text
	.globl start
start:
	movl %eax, values + 0
	movl %ecx, values + 4
	movl %edx, values + 8
	movl %ebx, values + 12
	movl %esp, values + 16
	movl %ebp, values + 20
	movl %esi, values + 24
	movl %edi, values + 28
	movl $stack_end, %esp
	pushfl
	cli
	popl values + 32
	movl %cs, %eax
	movl %eax, values + 36
	movl %ds, %eax
	movl %eax, values + 40
	movl %es, %eax
	movl %eax, values + 44
	movl %fs, %eax
	movl %eax, values + 48
	movl %gs, %eax
	movl %eax, values + 52
	movl %ss, %eax
	movl %eax, values + 56
	movl %cr0, %eax
	movl %eax, values + 60
	movl %cr4, %eax
	movl %eax, values + 64
	movl $EFER, %ecx
	rdmsr
	movl %eax, values + 68

	/* What a kernel does first: the same selectors again, from the table that it was left. */
	movl $0x18, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	ljmpl $0x10, $1f

1:	movl $names, %esi
	movl $values, %edi
	movl $COUNT, %ebp
	movw $COM1, %dx
2:	movl $4, %ecx
	rep outsb
	movb $'=', %al
	outb %al, %dx
	movl (%edi), %ebx
	addl $4, %edi
	movl $8, %ecx
3:	roll $4, %ebx
	movl %ebx, %eax
	andl $15, %eax
	movb digits(%eax), %al
	outb %al, %dx
	loop 3b
	movb $'\n', %al
	outb %al, %dx
	decl %ebp
	jnz 2b

	movw $POWER_MANAGEMENT, %dx
	movw $POWER_OFF, %ax
	outw %ax, %dx
4:	hlt
	jmp 4b

	.data
names:
	.ascii "eax ecx edx ebx esp ebp esi edi flagcs  ds  es  fs  gs  ss  cr0 cr4 efer"
digits:
	.ascii "0123456789abcdef"

	.bss
	.balign 4
values:
	.fill COUNT * 4
	.fill 64
stack_end:
