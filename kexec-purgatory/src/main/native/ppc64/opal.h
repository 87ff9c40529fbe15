/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of OPAL, the firmware of a POWER machine without a hypervisor: skiboot, doc/opal-api. */
#ifndef KEXEC4J_PPC64_OPAL_H
#define KEXEC4J_PPC64_OPAL_H

#include <stdint.h>

enum {
	OPAL_CONSOLE_WRITE = 1,
	OPAL_CEC_REBOOT = 6,
	OPAL_POLL_EVENTS = 10,
	OPAL_CONSOLE_FLUSH = 117,
};

enum {
	OPAL_SUCCESS = 0,
	OPAL_BUSY = -2,
	OPAL_PARTIAL = -3,
	OPAL_RESOURCE = -10,
	OPAL_BUSY_EVENT = -12,
};

/* Of the events that OPAL_POLL_EVENTS tells of: characters that have not been printed. */
#define OPAL_EVENT_CONSOLE_OUTPUT 0x10

/* There must be an OPAL. Its numbers in memory are big endian. */
__attribute__((visibility("hidden"))) int64_t opal_call(uint64_t token, uint64_t first, uint64_t second, uint64_t third);

#endif
