/* SPDX-License-Identifier: Apache-2.0 */
/* Run-time abstraction services: Linux on Power Architecture Platform Reference 1.1, chapter 7. */
#ifndef KEXEC4J_PPC64_RTAS_H
#define KEXEC4J_PPC64_RTAS_H

/* Starts the machine anew. Returns if there are no such services; if they fail, the processor stops. */
void rtas_reset(void);

#endif
