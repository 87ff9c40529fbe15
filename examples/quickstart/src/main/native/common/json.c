// SPDX-License-Identifier: Apache-2.0
#include "json.h"

#include "console.h"
#include "print.h"

#ifdef JSON_ONE_LINE
enum { ONE_LINE = 1 };
#else
enum { ONE_LINE = 0 };
#endif

static int depth;
static bool first = true;

static void new_line(void)
{
	if (ONE_LINE)
		return;
	print("\n");
	for (int i = 0; i < depth; i++)
		print("  ");
}

void json_name(const char *name)
{
	if (!first)
		print(ONE_LINE ? ", " : ",");
	first = false;
	if (depth)
		new_line();
	if (*name) {
		json_quoted(name, ~0u);
		print(": ");
	}
}

void json_open(const char *name, char bracket)
{
	json_name(name);
	console_putc(bracket);
	depth++;
	first = true;
}

void json_close(char bracket)
{
	depth--;
	if (!first)
		new_line();
	first = false;
	console_putc(bracket);
}

void json_string(const char *name, const char *value)
{
	json_name(name);
	json_quoted(value, ~0u);
}

void json_hex(const char *name, uint64_t value)
{
	json_name(name);
	print("\"");
	print_hex(value);
	print("\"");
}

void json_decimal(const char *name, uint64_t value)
{
	json_name(name);
	print_decimal(value);
}

void json_bool(const char *name, bool value)
{
	json_name(name);
	print(value ? "true" : "false");
}

void json_null(const char *name)
{
	json_name(name);
	print("null");
}

void json_quoted(const char *value, unsigned int max)
{
	print("\"");
	for (unsigned int i = 0; i < max && value[i]; i++) {
		uint8_t c = (uint8_t)value[i];

		if (c < ' ' || c > '~') {
			print("\\u00");
			print_bytes(&c, 1);
			continue;
		}
		if (c == '"' || c == '\\')
			console_putc('\\');
		console_putc((char)c);
	}
	print("\"");
}
