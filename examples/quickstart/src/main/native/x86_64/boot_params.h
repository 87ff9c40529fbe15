/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of Linux' boot_params that the report reads, by offset (Documentation/arch/x86/zero-page.rst). */
#ifndef KEXEC4J_TINY_BOOT_PARAMS_H
#define KEXEC4J_TINY_BOOT_PARAMS_H

#include <stdint.h>

enum boot_params_offset {
	SCREEN_INFO_MODE = 0x006,
	SCREEN_INFO_IS_VGA = 0x00f,
	SCREEN_INFO_LFB_BASE = 0x018,
	SCREEN_INFO_EXT_LFB_BASE = 0x03a,
	ACPI_RSDP = 0x070,
	EXT_RAMDISK_IMAGE = 0x0c0,
	EXT_RAMDISK_SIZE = 0x0c4,
	EXT_CMD_LINE_PTR = 0x0c8,
	EFI_SIGNATURE = 0x1c0,
	EFI_SYSTAB = 0x1c4,
	EFI_MEMMAP = 0x1d0,
	EFI_MEMMAP_SIZE = 0x1d4,
	EFI_SYSTAB_HIGH = 0x1d8,
	EFI_MEMMAP_HIGH = 0x1dc,
	E820_ENTRIES = 0x1e8,
	SECURE_BOOT = 0x1ec,
	SENTINEL = 0x1ef,
	TYPE_OF_LOADER = 0x210,
	LOADFLAGS = 0x211,
	RAMDISK_IMAGE = 0x218,
	RAMDISK_SIZE = 0x21c,
	CMD_LINE_PTR = 0x228,
	HARDWARE_SUBARCH = 0x23c,
	SETUP_DATA = 0x250,
	E820_TABLE = 0x2d0,
};

enum { E820_TABLE_MAX = 128, CMDLINE_MAX = 2047 };

struct e820_entry {
	uint64_t start;
	uint64_t size;
	uint32_t type;
} __attribute__((packed));

/* A node of the list that starts at SETUP_DATA; its data follows. */
struct setup_data {
	uint64_t next;
	uint32_t type;
	uint32_t length;
} __attribute__((packed));

enum { SETUP_E820_EXT = 1 };

/* Fields lie as they come, also at odd addresses. */
struct unaligned {
	union {
		uint32_t u32;
		uint64_t u64;
	};
} __attribute__((packed, may_alias));

static inline uint8_t u8_at(uint64_t boot_params, enum boot_params_offset offset)
{
	return *(const uint8_t *)(boot_params + offset);
}

static inline uint32_t u32_at(uint64_t boot_params, enum boot_params_offset offset)
{
	return ((const struct unaligned *)(boot_params + offset))->u32;
}

static inline uint64_t u64_at(uint64_t boot_params, enum boot_params_offset offset)
{
	return ((const struct unaligned *)(boot_params + offset))->u64;
}

/* An address or size of which a later protocol added the high half elsewhere. */
static inline uint64_t split_at(uint64_t boot_params, enum boot_params_offset low, enum boot_params_offset high)
{
	return u32_at(boot_params, low) | (uint64_t)u32_at(boot_params, high) << 32;
}

#endif
