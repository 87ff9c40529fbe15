/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MMU and the data cache, on and off, at EL1 or EL2: void caches_on(const struct translation *t), void caches_off(void),
 * and void caches_drop(uint64_t start, uint64_t end), which cleans and invalidates. caches_on must find, and caches_off leaves,
 * nothing in the cache of the purgatory's own memory that is newer than what lies there. None of them uses memory in between.
 */
#define SCTLR_M (1 << 0)
#define SCTLR_A (1 << 1)
#define SCTLR_C (1 << 2)
#define SCTLR_I (1 << 12)
#define SCTLR_WXN (1 << 19)

	/* x \size = bytes of the smallest line of a data cache, x \mask = that less one. */
	.macro line_size size, mask
	mrs \size, ctr_el0
	ubfx \mask, \size, #16, #4
	mov \size, #4
	lsl \size, \size, \mask
	sub \mask, \size, #1
	.endm

	/* \operation for all lines of [x0, x1); changes x0, x2 and x3. */
	.macro by_line operation
	line_size x2, x3
	bic x0, x0, x3
.Lnext\@:
	cmp x0, x1
	b.hs .Ldone\@
	dc \operation, x0
	add x0, x0, x2
	b .Lnext\@
.Ldone\@:
	dsb sy
	.endm

	.macro own_memory
	adrp x0, purgatory_memory_begin
	add x0, x0, :lo12:purgatory_memory_begin
	adrp x1, purgatory_memory_end
	add x1, x1, :lo12:purgatory_memory_end
	.endm

	.text
	.globl caches_on
	.hidden caches_on
	.type caches_on, @function
caches_on:
	mov x4, x0
	ldp x5, x6, [x4] /* mair, tcr */
	ldr x7, [x4, #16] /* ttbr0 */
	/* Written with the cache off: what it may hold of this is older. */
	dsb sy
	own_memory
	by_line ivac
	adrp x8, saved_sctlr
	add x8, x8, :lo12:saved_sctlr
	mov x10, #(SCTLR_M | SCTLR_C | SCTLR_I)
	mov x11, #SCTLR_A
	orr x11, x11, #SCTLR_WXN
	mrs x9, CurrentEL
	cmp x9, #(2 << 2)
	b.eq 1f
	mrs x9, sctlr_el1
	str x9, [x8]
	msr mair_el1, x5
	msr tcr_el1, x6
	msr ttbr0_el1, x7
	isb
	tlbi vmalle1
	ic iallu
	dsb sy
	isb
	orr x9, x9, x10
	bic x9, x9, x11
	msr sctlr_el1, x9
	isb
	ret
1:	mrs x9, sctlr_el2
	str x9, [x8]
	msr mair_el2, x5
	msr tcr_el2, x6
	msr ttbr0_el2, x7
	isb
	tlbi alle2
	ic iallu
	dsb sy
	isb
	orr x9, x9, x10
	bic x9, x9, x11
	msr sctlr_el2, x9
	isb
	ret
	.size caches_on, . - caches_on

	/* Does nothing if they are off. */
	.globl caches_off
	.hidden caches_off
	.type caches_off, @function
caches_off:
	mrs x9, CurrentEL
	cmp x9, #(2 << 2)
	b.eq 1f
	mrs x10, sctlr_el1
	b 2f
1:	mrs x10, sctlr_el2
2:	tbz x10, #0, 4f
	/* Before the cache goes off: what was kept there is not in memory yet. */
	adrp x8, saved_sctlr
	ldr x8, [x8, :lo12:saved_sctlr]
	dsb sy
	cmp x9, #(2 << 2)
	b.eq 3f
	msr sctlr_el1, x8
	isb
	own_memory
	by_line civac
	tlbi vmalle1
	dsb sy
	isb
	ret
3:	msr sctlr_el2, x8
	isb
	own_memory
	by_line civac
	tlbi alle2
	dsb sy
	isb
4:	ret
	.size caches_off, . - caches_off

	.globl caches_drop
	.hidden caches_drop
	.type caches_drop, @function
caches_drop:
	by_line civac
	ret
	.size caches_drop, . - caches_drop

	.bss
	.balign 8
saved_sctlr:
	.fill 8
