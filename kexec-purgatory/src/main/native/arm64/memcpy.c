// SPDX-License-Identifier: Apache-2.0
/* What the compiler calls to copy a variable, where it may not read more than is aligned at once. */
#include <stddef.h>
#include <stdint.h>

__attribute__((visibility("hidden"), no_builtin("memcpy"))) void *memcpy(void *to, const void *from, size_t size)
{
	uint8_t *next = to;
	const uint8_t *source = from;

	while (size--)
		*next++ = *source++;
	return to;
}
