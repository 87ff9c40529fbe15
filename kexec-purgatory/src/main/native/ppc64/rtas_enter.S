/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtas_enter(call, base, entry, code) goes to the services, which want the call in r3 and their base in r4, and run big endian in 32-bit
 * mode with interrupts masked. They return to the code, in that mode.
 */
#include "registers.h"

	.abiversion 2
	.text
	.globl rtas_enter
	.hidden rtas_enter
	.type rtas_enter, @function
	.balign 4
rtas_enter:
	dcbst 0, 6 /* the code has just been written */
	sync
	icbi 0, 6
	sync
	isync
	mtlr 6
	mfmsr 7
	li 8, MSR_LITTLE_ENDIAN
	andc 7, 7, 8
	rldicl 7, 7, 0, 1 /* 64-bit mode off */
	mtsrr0 5
	mtsrr1 7
	rfid
	.size rtas_enter, . - rtas_enter
