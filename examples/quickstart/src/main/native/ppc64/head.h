/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of the first bytes, which processors find at address 0 as well. For C and assembly. */
#ifndef KEXEC4J_TINY_HEAD_H
#define KEXEC4J_TINY_HEAD_H

/* As Linux has it (arch/powerpc/kernel/head_64.S). */
#define HEAD_RUN_AT_LOAD 0x5c
#define HEAD_RUN0 0x72756e30 /* "run0": where it is not 1, Linux moves to address 0 */
#define HEAD_SECONDARY 0x60
#define HEAD_SIZE 0x100

/* This kernel's own: in the copy at address 0, the address to go to with an exception, and who has come to HEAD_SECONDARY. */
#define HEAD_EXCEPTION_HANDLER 0x40
#define HEAD_SECONDARIES 0x48

#endif
