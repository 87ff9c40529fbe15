/* SPDX-License-Identifier: Apache-2.0 */
/* Prints JSON, one item a line, or all of it in one line if JSON_ONE_LINE is defined. */
#ifndef KEXEC4J_TINY_JSON_H
#define KEXEC4J_TINY_JSON_H

#include <stdbool.h>
#include <stdint.h>

/* Begins an item: a line of its own, a comma if it is not the first at its depth, and its name unless that is empty. */
void json_name(const char *name);

void json_open(const char *name, char bracket);
void json_close(char bracket);

void json_string(const char *name, const char *value);
void json_hex(const char *name, uint64_t value); /* a string: JSON's own numbers are not sure to hold 64 bits */
void json_decimal(const char *name, uint64_t value);
void json_bool(const char *name, bool value);
void json_null(const char *name);

/* At most max bytes up to a NUL; those outside printable ASCII become a \u escape of the same number. */
void json_quoted(const char *value, unsigned int max);

#endif
