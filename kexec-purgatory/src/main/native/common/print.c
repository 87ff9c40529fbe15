// SPDX-License-Identifier: Apache-2.0
#include "print.h"

#include "console.h"

static void print_digit(unsigned int digit)
{
	console_putc((char)(digit < 10 ? '0' + digit : 'a' + digit - 10));
}

void print(const char *string)
{
	for (; *string; string++) {
		if (*string == '\n')
			console_putc('\r');
		console_putc(*string);
	}
}

void print_hex(uint64_t value)
{
	int shift = 60;

	print("0x");
	while (shift > 0 && value >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		print_digit(value >> shift & 15);
}

void print_decimal(uint64_t value)
{
	char digits[21];
	char *first = digits + sizeof(digits) - 1;

	*first = '\0';
	do {
		*--first = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	print(first);
}

void print_bytes(const uint8_t *bytes, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		print_digit(bytes[i] >> 4);
		print_digit(bytes[i] & 15);
	}
}
