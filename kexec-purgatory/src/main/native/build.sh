#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds native code: the purgatories here, and the small kernels and launchers of the examples.
#
#     build.sh KIND ARCH LINKER_SCRIPT OUTPUT SOURCE...
#
#     KIND  object   a relocatable ELF object (ET_REL), for a loader that links it at an address of its choice
#           elf      an ELF executable for the addresses in the linker script
#           binary   code that runs wherever it lies, as the bytes in memory, without ELF
#     ARCH  x86_64
#           arm64
#           ppc64le  both in version 2 of the ELF ABI
#           ppc64
#           i386     for 32-bit test programs
#
# SOURCE is C or assembly (.c, .S); paths are relative to the current directory. OUTPUT changes only if the build
# succeeds. The same sources give the same bytes, wherever they lie, as long as the tools are of the same version:
# LLVM 14, Debian 12's. Set CLANG, LLD or OBJCOPY to use others, and CPPFLAGS or LDFLAGS to add options.
#
# The purgatories, from this folder:
#
#     ./build.sh object x86_64 x86_64/purgatory.ld ../resources/io/kexec4j/purgatory/x86_64.o common/*.c x86_64/*.[cS]
#     ./build.sh object arm64 arm64/purgatory.ld ../resources/io/kexec4j/purgatory/arm64.o common/*.c arm64/*.[cS]
#     ./build.sh object ppc64le ppc64/purgatory.ld ../resources/io/kexec4j/purgatory/ppc64le.o common/*.c ppc64/*.[cS]
#     ./build.sh object ppc64 ppc64/purgatory.ld ../resources/io/kexec4j/purgatory/ppc64.o common/*.c ppc64/*.[cS]
set -eu

: "${CLANG:=clang-14}" "${LLD:=ld.lld-14}" "${OBJCOPY:=llvm-objcopy-14}"
export LC_ALL=C

usage() {
    sed -n '/^#     build.sh/,/^#           i386/s/^#     //p' "$0" >&2
    exit 2
}

[ $# -ge 5 ] || usage
kind=$1 arch=$2 script=$3 output=$4
shift 4

ppc64='-mcpu=ppc64 -mabi=elfv2 -msoft-float -mno-altivec -mno-vsx -mno-isel'
case $arch in
# No register beyond the general ones: nobody has made the others usable. Everything is addressed relative to rip.
x86_64) machine='--target=x86_64-unknown-none-elf -mno-red-zone -mgeneral-regs-only -fcf-protection=none' ;;
# No memory but that of devices, as long as the MMU is off: what is not aligned cannot be read.
arm64) machine='--target=aarch64-unknown-none-elf -mgeneral-regs-only -mstrict-align -mno-outline-atomics' ;;
# No processor in particular, and no register beyond the general ones. The linker does not know version 1 of the ABI.
ppc64le) machine="--target=powerpc64le-unknown-none-elf $ppc64" ;;
ppc64) machine="--target=powerpc64-unknown-none-elf $ppc64" ;;
i386) machine='--target=i386-unknown-none-elf -mgeneral-regs-only -fcf-protection=none' ;;
*) usage ;;
esac

# Address 0 is RAM like any other. No table of addresses (jump tables), no file that is not ours (libc, unwinder).
common='-std=c11 -O2 -ffreestanding -nostdinc -fpie -fvisibility=hidden -fno-jump-tables -fno-stack-protector
    -fno-asynchronous-unwind-tables -fno-delete-null-pointer-checks -fno-addrsig -fno-ident -g0
    -Wall -Wextra -Werror'
headers=$("$CLANG" -print-resource-dir)/include

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# In one order, whatever the caller's shell thinks of sorting: it decides how the output is laid out.
objects=
for source in $(printf '%s\n' "$@" | sort); do
    object=$work/$(echo "$source" | tr / _).o
    # shellcheck disable=SC2086 # the lists of options are meant to be split
    "$CLANG" $machine $common ${CPPFLAGS-} -isystem "$headers" -ffile-prefix-map="$PWD"=. -c "$source" -o "$object"
    objects="$objects $object"
done

linked=$work/linked
case $kind in
object) set -- -r ;;
elf) set -- -static -z noexecstack --build-id=none ;;
binary) set -- -static -pie --no-dynamic-linker -z text -z noexecstack --build-id=none ;;
*) usage ;;
esac
# shellcheck disable=SC2086
"$LLD" "$@" ${LDFLAGS-} -T "$script" -o "$linked" $objects

case $kind in
# The linker has merged the strings already, and left the flags that ask for it on a section that has more in it. For ppc64, it
# has made an empty table of its own.
object) set -- --strip-unneeded --remove-section=.comment --remove-section=.note.GNU-stack --remove-section=.branch_lt \
    --set-section-flags .rodata=alloc,readonly,data ;;
elf) set -- --strip-all --remove-section=.comment ;;
binary) set -- -O binary ;;
esac
"$OBJCOPY" "$@" "$linked" "$work/output"
mkdir -p "$(dirname "$output")"
cat "$work/output" > "$output"
