/* SPDX-License-Identifier: Apache-2.0 */
/* Where messages go. Each architecture implements this; every function returns in bounded time. */
#ifndef KEXEC4J_CONSOLE_H
#define KEXEC4J_CONSOLE_H

#include <stdbool.h>

/*
 * Reads the console's parameters and makes it ready; does nothing if it is. One that does not answer in time is given
 * up: from then on the other functions do nothing, until it is opened again.
 */
void console_open(void);

void console_putc(char c);

/*
 * Returns when the last character has left the machine, so that a reset or the next kernel does not lose it. False if
 * there is no console that works.
 */
bool console_flush(void);

/* Waits for some seconds, if there is a screen, for somebody to read what is on it: a reset would clear it. */
void console_wait_for_readers(void);

#endif
