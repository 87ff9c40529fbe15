/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4) of memory that lies in one piece. */
#ifndef KEXEC4J_SHA256_H
#define KEXEC4J_SHA256_H

#include <stdint.h>

#define SHA256_SIZE 32
#define SHA256_BLOCK_SIZE 64

/* data must lie at a multiple of four: it is read in 32-bit words, on machines that may not allow others. */
void sha256(const void *data, uint64_t size, uint8_t digest[SHA256_SIZE]);

/*
 * Adds whole blocks to the state H. Each architecture implements this: by the portable code, or by instructions of its own
 * where the processor has them.
 */
void sha256_blocks(uint32_t H[8], const void *data, uint64_t count);

void sha256_blocks_portable(uint32_t H[8], const void *data, uint64_t count);

#endif
