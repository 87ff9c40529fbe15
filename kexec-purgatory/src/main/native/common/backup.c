// SPDX-License-Identifier: Apache-2.0
#include "backup.h"

#include "print.h"

typedef uint64_t __attribute__((may_alias)) word;

/* A megabyte at most: small code serves better than fast code. */
__attribute__((minsize)) void make_backup(const struct backup *backup)
{
	uint64_t source = backup->source, target = backup->target, size = backup->size, done = 0;

	if (!size)
		return;
	/* Before, not after: if the memory cannot be reached, this is the last that is heard. */
	print("kexec4j purgatory: copying ");
	print_hex(size);
	print(" bytes from ");
	print_hex(source);
	print(" to ");
	print_hex(target);
	print("\n");

	/* Not every machine can read words that are not aligned. */
	if ((source | target) % sizeof(word) == 0)
		for (; size - done >= sizeof(word); done += sizeof(word))
			*(word *)(target + done) = *(const word *)(source + done);
	for (; done < size; done++)
		*(uint8_t *)(target + done) = *(const uint8_t *)(source + done);
}
