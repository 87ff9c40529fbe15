/* SPDX-License-Identifier: Apache-2.0 */
/* Prints as JSON what a loader says in a device tree. */
#ifndef KEXEC4J_TINY_TREE_REPORT_H
#define KEXEC4J_TINY_TREE_REPORT_H

#include "fdt.h"

/* Each is an item of the object that is open. */
void report_chosen(const struct fdt *tree); /* all properties, or null */
void report_memory(const struct fdt *tree); /* each node with its "reg", and "usable" if it has linux,usable-memory */
void report_reservations(const struct fdt *tree);
void report_initrd(const struct fdt *tree); /* with the digest of its content, or null */

#endif
