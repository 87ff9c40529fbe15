// SPDX-License-Identifier: Apache-2.0
/*
 * SHA-256, written from FIPS 180-4. The names are the standard's: K, W, a..h, Ch, Maj and the four sigmas.
 *
 * Between two kernels there is no libc, no vector unit that may be assumed, and often a hundred megabytes to
 * read, so: whole blocks are read in place as words, sixteen rounds are unrolled, and the message schedule is
 * a ring of sixteen words that is renewed as the rounds go.
 */
#include "sha256.h"

typedef uint32_t __attribute__((may_alias)) word;

#define BLOCK_SIZE SHA256_BLOCK_SIZE

/* FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t K[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t big_endian(uint32_t value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap32(value);
#else
	return value;
#endif
}

#define ROTR(x, n) ((x) >> (n) | (x) << (32 - (n)))
#define CH(x, y, z) ((((y) ^ (z)) & (x)) ^ (z))
#define MAJ(x, y, z) (((x) & (y)) | (((x) | (y)) & (z)))
#define SUM0(x) (ROTR(x, 2) ^ ROTR(x, 13) ^ ROTR(x, 22))
#define SUM1(x) (ROTR(x, 6) ^ ROTR(x, 11) ^ ROTR(x, 25))
#define SIGMA0(x) (ROTR(x, 7) ^ ROTR(x, 18) ^ (x) >> 3)
#define SIGMA1(x) (ROTR(x, 17) ^ ROTR(x, 19) ^ (x) >> 10)

/* W[j] of the first sixteen rounds, and of those that follow, where W[j] still holds the word of 16 rounds ago. */
#define FIRST(j) (W[j] = big_endian(block[j]))
#define NEXT(j) (W[j] += SIGMA1(W[((j) + 14) & 15]) + W[((j) + 9) & 15] + SIGMA0(W[((j) + 1) & 15]))

/* One round. Instead of moving a..h along, the next round is given them in turned order. */
#define ROUND(a, b, c, d, e, f, g, h, k, w) \
	do { \
		h += SUM1(e) + CH(e, f, g) + (k) + (w); \
		d += h; \
		h += SUM0(a) + MAJ(a, b, c); \
	} while (0)

#define EIGHT(k, j, w) \
	do { \
		ROUND(a, b, c, d, e, f, g, h, (k)[(j) + 0], w((j) + 0)); \
		ROUND(h, a, b, c, d, e, f, g, (k)[(j) + 1], w((j) + 1)); \
		ROUND(g, h, a, b, c, d, e, f, (k)[(j) + 2], w((j) + 2)); \
		ROUND(f, g, h, a, b, c, d, e, (k)[(j) + 3], w((j) + 3)); \
		ROUND(e, f, g, h, a, b, c, d, (k)[(j) + 4], w((j) + 4)); \
		ROUND(d, e, f, g, h, a, b, c, (k)[(j) + 5], w((j) + 5)); \
		ROUND(c, d, e, f, g, h, a, b, (k)[(j) + 6], w((j) + 6)); \
		ROUND(b, c, d, e, f, g, h, a, (k)[(j) + 7], w((j) + 7)); \
	} while (0)

static void add_block(uint32_t H[8], const word *block)
{
	uint32_t W[16];
	uint32_t a = H[0], b = H[1], c = H[2], d = H[3], e = H[4], f = H[5], g = H[6], h = H[7];

	EIGHT(K, 0, FIRST);
	EIGHT(K, 8, FIRST);
#pragma clang loop unroll(disable)
	for (int t = 16; t < 64; t += 16) {
		EIGHT(K + t, 0, NEXT);
		EIGHT(K + t, 8, NEXT);
	}
	H[0] += a;
	H[1] += b;
	H[2] += c;
	H[3] += d;
	H[4] += e;
	H[5] += f;
	H[6] += g;
	H[7] += h;
}

void sha256_blocks_portable(uint32_t H[8], const void *data, uint64_t count)
{
	const word *block = data;

	for (; count; count--, block += BLOCK_SIZE / sizeof(word))
		add_block(H, block);
}

void sha256(const void *data, uint64_t size, uint8_t digest[SHA256_SIZE])
{
	/* FIPS 180-4, 5.3.3 */
	uint32_t H[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};
	const uint8_t *next = data;
	uint64_t left;

	sha256_blocks(H, data, size / BLOCK_SIZE);
	left = size % BLOCK_SIZE;
	next += size - left;

	/* 5.1.1: a one bit, zeros, and the length in bits at the end of a block, which may take one block more. */
	uint32_t last[BLOCK_SIZE / 4] = { 0 };
	uint8_t *bytes = (uint8_t *)last;
	for (uint64_t i = 0; i < left; i++)
		bytes[i] = next[i];
	bytes[left] = 0x80;
	if (left >= BLOCK_SIZE - 8) {
		sha256_blocks(H, last, 1);
		for (int i = 0; i < BLOCK_SIZE / 4; i++)
			last[i] = 0;
	}
	last[14] = big_endian((uint32_t)(size >> 29));
	last[15] = big_endian((uint32_t)(size << 3));
	sha256_blocks(H, last, 1);

	for (int i = 0; i < SHA256_SIZE; i++)
		digest[i] = (uint8_t)(H[i / 4] >> (24 - 8 * (i % 4)));
}
