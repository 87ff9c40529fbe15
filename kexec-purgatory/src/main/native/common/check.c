// SPDX-License-Identifier: Apache-2.0
#include "check.h"

#include "console.h"
#include "machine.h"
#include "print.h"

typedef uint64_t __attribute__((may_alias)) word;

/*
 * The address of the first word that is not zero in [address, end), or end. Reading words and comparing is many
 * times cheaper than hashing, and a kernel's bss can be larger than its content.
 */
static uint64_t skip_zeros(uint64_t address, uint64_t end)
{
	/* A few bytes at most: not worth the code that unrolling takes. */
#pragma clang loop unroll(disable)
	for (; address < end && address % sizeof(word); address++)
		if (*(const uint8_t *)address)
			return address;
	for (; end - address >= sizeof(word); address += sizeof(word))
		if (*(const word *)address)
			return address;
	for (; address < end; address++)
		if (*(const uint8_t *)address)
			return address;
	return end;
}

static __attribute__((noinline)) void print_segment(const struct segment_check *check)
{
	static bool reopened;

	/* This must not be lost: a console that was given up gets another chance. Only one, as it takes its time. */
	if (!reopened)
		console_open();
	reopened = true;
	print("kexec4j purgatory: segment ");
	print(check->name);
	print(" at ");
	print_hex(check->start);
}

static bool content_matches(const struct segment_check *check, const uint8_t found[SHA256_SIZE])
{
	uint8_t difference = 0;

	for (int i = 0; i < SHA256_SIZE; i++)
		difference |= found[i] ^ check->digest[i];
	if (!difference)
		return true;

	print_segment(check);
	print(" does not match its digest\n  expected ");
	print_bytes(check->digest, SHA256_SIZE);
	print("\n  found    ");
	print_bytes(found, SHA256_SIZE);
	print("\n");
	return false;
}

static bool tail_is_zero(const struct segment_check *check, uint64_t address)
{
	if (address >= check->start + check->memory_size)
		return true;

	print_segment(check);
	print(" has data after its content, at ");
	print_hex(address);
	print("\n");
	return false;
}

bool segment_matches(const struct segment_check *check)
{
	uint8_t found[SHA256_SIZE];
	uint64_t address;

	/* All reading in one go, and no printing: devices may be out of reach meanwhile. */
	machine_begin_reading(check->start, check->memory_size);
	sha256((const void *)check->start, check->content_size, found);
	address = skip_zeros(check->start + check->content_size, check->start + check->memory_size);
	machine_end_reading();

	/* Both, even when the first fails: whoever reads this has one chance to see what happened. */
	bool content = content_matches(check, found);
	bool tail = tail_is_zero(check, address);

	return content && tail;
}
