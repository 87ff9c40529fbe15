/* SPDX-License-Identifier: Apache-2.0 */
/* An 8250 UART behind I/O ports, as a console. */
#ifndef KEXEC4J_X86_64_SERIAL_H
#define KEXEC4J_X86_64_SERIAL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Makes the UART at io_port a console, unless there is one that works; 0 means none. A divisor of 115200 baud
 * programs it to 8N1 at that rate, 0 leaves it as it is.
 */
void serial_open(uint16_t io_port, uint16_t divisor);

void serial_putc(char c);

/* Returns when the last character has left the machine; false if there is no UART that works. */
bool serial_flush(void);

#endif
