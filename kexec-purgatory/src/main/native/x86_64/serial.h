/* SPDX-License-Identifier: Apache-2.0 */
/* An 8250 UART behind I/O ports, as the console. */
#ifndef KEXEC4J_X86_64_SERIAL_H
#define KEXEC4J_X86_64_SERIAL_H

#include <stdint.h>

/*
 * Makes the UART at io_port the console, unless there is one that works; 0 means none. A divisor of 115200 baud
 * programs it to 8N1 at that rate, 0 leaves it as it is.
 */
void serial_open(uint16_t io_port, uint16_t divisor);

#endif
