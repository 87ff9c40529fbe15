/* SPDX-License-Identifier: Apache-2.0 */
/* Is a segment in memory what it was when the image was built? */
#ifndef KEXEC4J_CHECK_H
#define KEXEC4J_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sha256.h"

/* Part of the parameter ABI: the loader writes these, in the byte order of the machine. */
struct segment_check {
	uint64_t start; /* physical address, a multiple of 4, see sha256.h */
	uint64_t content_size; /* bytes the digest covers */
	uint64_t memory_size; /* bytes of the segment; those after the content must be zero */
	uint8_t digest[SHA256_SIZE];
	char name[24]; /* for messages, ended by a NUL */
};
_Static_assert(offsetof(struct segment_check, content_size) == 8, "ABI");
_Static_assert(offsetof(struct segment_check, memory_size) == 16, "ABI");
_Static_assert(offsetof(struct segment_check, digest) == 24, "ABI");
_Static_assert(offsetof(struct segment_check, name) == 56, "ABI");
_Static_assert(sizeof(struct segment_check) == 80, "ABI");

/* True if the segment is intact; otherwise prints everything that is wrong with it. */
bool segment_matches(const struct segment_check *check);

#endif
