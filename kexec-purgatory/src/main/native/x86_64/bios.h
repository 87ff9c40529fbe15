/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEXEC4J_X86_64_BIOS_H
#define KEXEC4J_X86_64_BIOS_H

/* Makes interrupts what a BIOS expects of them. Called in entry.S before real mode is entered. */
void restore_bios_interrupts(void);

#endif
