#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Rebuilds the tiny kernels that are committed among the resources, from here and from the parts that they have in common
# with the purgatories: their serial consoles, their SHA-256 and their ways to stop.
set -eu

cd "$(dirname "$0")"
shared=../../../../../kexec-purgatory/src/main/native
resources=../resources/io/kexec4j/examples/quickstart

export CPPFLAGS="-Icommon -I$shared/common -I$shared/x86_64"
"$shared/build.sh" binary x86_64 x86_64/tiny.ld "$resources/tiny-x86_64.bzImage" \
    common/json.c x86_64/*.[cS] "$shared/common/print.c" "$shared/common/sha256.c" \
    "$shared/x86_64/machine.c" "$shared/x86_64/serial.c"

# One kernel in two files: as it lies in memory, and as an ELF file with segments for code and for data.
export CPPFLAGS="-DJSON_ONE_LINE -Icommon -I$shared/common -I$shared/arm64" LDFLAGS="-z max-page-size=4096"
for output in binary:Image elf:elf; do
    "$shared/build.sh" "${output%:*}" arm64 arm64/tiny.ld "$resources/tiny-arm64.${output#*:}" \
        common/*.c arm64/*.[cS] "$shared/common/print.c" "$shared/common/sha256.c" \
        "$shared/arm64/machine.c" "$shared/arm64/console.c" "$shared/arm64/memcpy.c"
done

# With the alignment of Linux' segment.
export LDFLAGS="-z max-page-size=65536"
for arch in ppc64 ppc64le; do
    export CPPFLAGS="-DJSON_ONE_LINE -Icommon -I$shared/common -I$shared/ppc64"
    "$shared/build.sh" elf "$arch" ppc64/tiny.ld "$resources/tiny-$arch.elf" \
        common/*.c ppc64/*.[cS] "$shared/common/print.c" "$shared/common/sha256.c" \
        "$shared/ppc64/console.c" "$shared/ppc64/opal_call.S" "$shared/ppc64/rtas_enter.S"
done
