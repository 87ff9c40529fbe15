// SPDX-License-Identifier: Apache-2.0
/* What is printed goes to the serial port, and nowhere else. */
#include "console.h"
#include "serial.h"

void console_putc(char c)
{
	serial_putc(c);
}

bool console_flush(void)
{
	return serial_flush();
}
