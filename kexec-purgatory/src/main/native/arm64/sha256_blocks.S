/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4) by the SHA2 instructions of ARMv8: void sha256_blocks_sha2(uint32_t H[8], const void *data, uint64_t
 * count). Only words are loaded, as nothing else may be aligned. No other code here uses vector registers: none is saved.
 *
 * v0 = a b c d, v1 = e f g h, v2 and v3 are work, v4 to v7 the message schedule, v8 and v9 the state before the block, v16 to
 * v31 the constants K.
 */
	.arch armv8-a+sha2

	/* Four rounds with W = w0, which becomes the W of 16 rounds later. */
	.macro rounds k, w0, w1, w2, w3, more
	add v3.4s, v\w0\().4s, \k\().4s
	.if \more
	sha256su0 v\w0\().4s, v\w1\().4s
	.endif
	mov v2.16b, v0.16b
	sha256h q0, q1, v3.4s
	sha256h2 q1, q2, v3.4s
	.if \more
	sha256su1 v\w0\().4s, v\w2\().4s, v\w3\().4s
	.endif
	.endm

	.macro sixteen k0, k1, k2, k3, more
	rounds \k0, 4, 5, 6, 7, \more
	rounds \k1, 5, 6, 7, 4, \more
	rounds \k2, 6, 7, 4, 5, \more
	rounds \k3, 7, 4, 5, 6, \more
	.endm

	.text
	.globl sha256_blocks_sha2
	.hidden sha256_blocks_sha2
	.type sha256_blocks_sha2, @function
sha256_blocks_sha2:
	cbz x2, 2f
	adrp x3, constants
	add x3, x3, :lo12:constants
	ld1 {v16.4s-v19.4s}, [x3], #64
	ld1 {v20.4s-v23.4s}, [x3], #64
	ld1 {v24.4s-v27.4s}, [x3], #64
	ld1 {v28.4s-v31.4s}, [x3]
	ld1 {v0.4s-v1.4s}, [x0]
1:	ld1 {v4.4s-v7.4s}, [x1], #64
	mov v8.16b, v0.16b
	mov v9.16b, v1.16b
	rev32 v4.16b, v4.16b
	rev32 v5.16b, v5.16b
	rev32 v6.16b, v6.16b
	rev32 v7.16b, v7.16b
	sixteen v16, v17, v18, v19, 1
	sixteen v20, v21, v22, v23, 1
	sixteen v24, v25, v26, v27, 1
	sixteen v28, v29, v30, v31, 0
	add v0.4s, v0.4s, v8.4s
	add v1.4s, v1.4s, v9.4s
	subs x2, x2, #1
	b.ne 1b
	st1 {v0.4s-v1.4s}, [x0]
2:	ret
	.size sha256_blocks_sha2, . - sha256_blocks_sha2

	.section .rodata
	.balign 16
	/* FIPS 180-4, 4.2.2 */
constants:
	.word 0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5
	.word 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174
	.word 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da
	.word 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967
	.word 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85
	.word 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070
	.word 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3
	.word 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
