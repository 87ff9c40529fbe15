/* SPDX-License-Identifier: Apache-2.0 */
/* The little formatting that is needed, on top of console_putc. Lines end with "\r\n". */
#ifndef KEXEC4J_PRINT_H
#define KEXEC4J_PRINT_H

#include <stdint.h>

/* A '\n' is printed as "\r\n". */
void print(const char *string);

/* 0x and as few digits as will do. */
void print_hex(uint64_t value);

void print_decimal(uint64_t value);

/* Two digits a byte, in the order in memory. */
void print_bytes(const uint8_t *bytes, unsigned int count);

#endif
