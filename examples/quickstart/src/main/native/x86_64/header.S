/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real-mode part of the bzImage: the setup header (Documentation/arch/x86/boot.rst, protocol 2.15), and just
 * enough setup code for boot loaders that start a kernel in real mode: it asks the BIOS for the memory map, fills
 * in boot_params and goes on at the 32-bit entry. A kexec never runs it, and reads the header only.
 *
 * The section lies at the start of the file and is loaded at the start of a segment, so a label less setup_start is
 * both its offset in the file and its address in that segment.
 */
#define SETUP_SECTORS 1
#define BOOT_PARAMS 0x1000 /* in the setup's segment, behind what is loaded */
#define BOOT_PARAMS_SIZE 0x1000
#define E820_ENTRIES 0x1e8
#define E820_TABLE 0x2d0
#define E820_MAX 128
#define SMAP 0x534d4150
#define CODE_32 0x10
#define DATA 0x18

	.section .setup, "ax"
	.code16
setup_start:
	.org 0x1f1
header:
	.byte SETUP_SECTORS
	.word 1 /* root_flags: read-only */
	.long image_paragraphs /* syssize */
	.word 0 /* ram_size */
	.word 0xffff /* vid_mode: normal */
	.word 0 /* root_dev */
	.word 0xaa55 /* boot_flag */
	/* 0x200 */
	.byte 0xeb, header_end - 1f /* a short jump, which also tells where the header ends */
1:	.ascii "HdrS"
	.word 0x020f /* version */
	.long 0 /* realmode_swtch */
	.word 0 /* start_sys_seg */
	.word version - setup_start - 0x200
	.byte 0 /* type_of_loader */
	.byte 0x01 /* loadflags: LOADED_HIGH */
	.word 0 /* setup_move_size */
	.long 0x100000 /* code32_start */
	.long 0, 0 /* ramdisk_image, ramdisk_size */
	.long 0 /* bootsect_kludge */
	.word 0 /* heap_end_ptr */
	.byte 0, 0 /* ext_loader_ver, ext_loader_type */
	.long 0 /* cmd_line_ptr */
	.long 0x7fffffff /* initrd_addr_max */
	.long 0x200000 /* kernel_alignment */
	.byte 1 /* relocatable_kernel */
	.byte 21 /* min_alignment: 2 MiB */
	.word 0x0003 /* xloadflags: KERNEL_64, CAN_BE_LOADED_ABOVE_4G */
	.long 2047 /* cmdline_size */
	.long 0 /* hardware_subarch */
	.quad 0 /* hardware_subarch_data */
	.long 0, 0 /* payload_offset, payload_length: nothing is compressed */
	.quad 0 /* setup_data */
	.quad 0x1000000 /* pref_address */
	.long image_memory /* init_size */
	.long 0 /* handover_offset */
	.long kernel_info_offset
header_end:

	/* CS is 0x20 paragraphs above the segment that the setup was loaded to; DS, ES and SS are that segment. */
	pushw %ds
	pushw $(1f - setup_start)
	lretw
1:	cld
	movw $BOOT_PARAMS, %di
	movw $(BOOT_PARAMS_SIZE / 4), %cx
	xorl %eax, %eax
	rep stosl
	movw $(header - setup_start), %si
	movw $(BOOT_PARAMS + (header - setup_start)), %di
	movw $(header_end - header), %cx
	rep movsb

	movw $(BOOT_PARAMS + E820_TABLE), %di
	xorl %ebx, %ebx
2:	movl $0xe820, %eax
	movl $20, %ecx
	movl $SMAP, %edx
	int $0x15
	jc 3f
	cmpl $SMAP, %eax
	jne 3f
	addw $20, %di
	incb BOOT_PARAMS + E820_ENTRIES
	cmpb $E820_MAX, BOOT_PARAMS + E820_ENTRIES
	jae 3f
	testl %ebx, %ebx
	jnz 2b
3:
	movw $0x2401, %ax /* the A20 gate: the BIOS has usually opened it */
	int $0x15

	cli
	xorl %ebx, %ebx
	movw %ds, %bx
	shll $4, %ebx
	leal BOOT_PARAMS(%ebx), %esi
	movl BOOT_PARAMS + 0x214, %ecx /* code32_start, where the loader has put the rest */
	addl %ebx, gdt_base - setup_start
	addl %ebx, protected_pointer - setup_start
	lgdtl gdt_register - setup_start
	movl %cr0, %eax
	orb $1, %al
	movl %eax, %cr0
	ljmpl *(protected_pointer - setup_start)

	.code32
protected:
	movl $DATA, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	movl %eax, %fs
	movl %eax, %gs
	xorl %ebp, %ebp
	xorl %edi, %edi
	xorl %ebx, %ebx
	jmpl *%ecx

	.balign 8
gdt:
	.quad 0, 0
	.quad 0x00cf9b000000ffff /* CODE_32 */
	.quad 0x00cf93000000ffff /* DATA */
gdt_end:
gdt_register:
	.word gdt_end - gdt - 1
gdt_base:
	.long gdt - setup_start
protected_pointer:
	.long protected - setup_start
	.word CODE_32

version:
	.asciz "kexec4j tiny kernel 0.1.0"
	.org (SETUP_SECTORS + 1) * 512
