/* SPDX-License-Identifier: Apache-2.0 */
/* Where messages go. Each architecture implements this; every function returns in bounded time. */
#ifndef KEXEC4J_CONSOLE_H
#define KEXEC4J_CONSOLE_H

/* Reads the console's parameters and makes it ready. Without a console the other functions do nothing. */
void console_open(void);

void console_putc(char c);

/* Returns when the last character has left the machine, so that a reset or the next kernel does not lose it. */
void console_flush(void);

#endif
