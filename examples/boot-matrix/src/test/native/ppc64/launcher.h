/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of the launcher, which a test puts at address 0x3000: big-endian numbers of 64 bits. For C and assembly. */
#ifndef KEXEC4J_LAUNCHER_H
#define KEXEC4J_LAUNCHER_H

#define PARAMETERS 0x3000

/* 64 KiB of memory for the launcher and the machine's RTAS, below 4 GiB, of which nobody else knows. */
#define PARAMETERS_LAUNCHER 0x00

/* The start of the image. */
#define PARAMETERS_IMAGE 0x08

/* The number of the processor that goes there. */
#define PARAMETERS_PROCESSOR 0x10

/* 1 if the old kernel ran in little-endian order, in which that processor goes there, else 0. */
#define PARAMETERS_LITTLE_ENDIAN 0x18

/* If not 0, what that processor has in r3 instead of its number: a device tree's address, for a kernel without a purgatory. */
#define PARAMETERS_DEVICE_TREE 0x20

#define PARAMETERS_SIZE 0x28

#endif
