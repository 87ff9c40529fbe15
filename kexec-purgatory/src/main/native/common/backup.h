/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that the next kernel will write, and that somebody will want to see as the old one left it. */
#ifndef KEXEC4J_BACKUP_H
#define KEXEC4J_BACKUP_H

#include <stddef.h>
#include <stdint.h>

/* Part of the parameter ABI: the loader writes these, in the byte order of the machine. The ranges do not overlap. */
struct backup {
	uint64_t source;
	uint64_t target;
	uint64_t size; /* bytes; 0 copies nothing */
};
_Static_assert(offsetof(struct backup, target) == 8, "ABI");
_Static_assert(offsetof(struct backup, size) == 16, "ABI");
_Static_assert(sizeof(struct backup) == 24, "ABI");

void make_backup(const struct backup *backup);

#endif
