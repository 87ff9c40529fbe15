// SPDX-License-Identifier: Apache-2.0
/*
 * Between two kernels: the old one has stopped and moved the new one's segments into place; nothing of the old
 * one may be used. Check that the segments are what they were when the image was built, and say so if not. Then
 * copy what the new one would overwrite and is to find elsewhere.
 */
#include "purgatory.h"

#include "backup.h"
#include "check.h"
#include "console.h"
#include "machine.h"
#include "print.h"

#define MAX_CHECKS 16

enum { ON_MISMATCH_RESET = 0, ON_MISMATCH_HALT = 1 };

/* The parameters that every architecture has. */
PARAMETER struct segment_check purgatory_checks[MAX_CHECKS];
PARAMETER uint32_t purgatory_check_count;
PARAMETER uint32_t purgatory_on_mismatch = ON_MISMATCH_RESET;
PARAMETER struct backup purgatory_backup;

static _Noreturn void refuse(unsigned int bad)
{
	bool halt = purgatory_on_mismatch == ON_MISMATCH_HALT;

	print("kexec4j purgatory: ");
	print_decimal(bad);
	print(bad == 1 ? " segment is damaged, " : " segments are damaged, ");
	print(halt ? "halted\n" : "resetting the machine\n");

	/* Who stops without a word cannot be told from one that hangs. */
	if (console_flush() && halt)
		machine_halt();
	console_wait_for_readers();
	machine_reset();
}

static void check_segments(unsigned int count)
{
	unsigned int bad = 0;

	print("kexec4j purgatory: checking ");
	print_decimal(count);
	print(count == 1 ? " segment\n" : " segments\n");
	for (unsigned int i = 0; i < count; i++)
		bad += !segment_matches(&purgatory_checks[i]);
	if (bad)
		refuse(bad);
}

static void print_checked(unsigned int count)
{
	print("kexec4j purgatory: ");
	if (!count) {
		print("segments are not checked");
		return;
	}
	print_decimal(count);
	print(count == 1 ? " segment matches" : " segments match");
}

void purgatory(void)
{
	unsigned int count = purgatory_check_count < MAX_CHECKS ? purgatory_check_count : MAX_CHECKS;

	console_open();
	if (count)
		check_segments(count);
	/* After the checks: the room for it may be a segment of zeros that was checked. */
	make_backup(&purgatory_backup);
	print_checked(count);
	print(", starting the kernel at ");
	print_hex(kernel_entry());
	print("\n");
	console_flush();
}
