#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Rebuilds the tiny kernel that is committed among the resources, from here and from the parts that it has in common
# with the purgatory: its serial console, its SHA-256 and its ways to stop.
set -eu

cd "$(dirname "$0")"
shared=../../../../../kexec-purgatory/src/main/native
export CPPFLAGS="-I$shared/common -I$shared/x86_64"
exec "$shared/build.sh" binary x86_64 x86_64/tiny.ld \
    ../resources/io/kexec4j/examples/quickstart/tiny-x86_64.bzImage \
    x86_64/*.[cS] "$shared/common/print.c" "$shared/common/sha256.c" \
    "$shared/x86_64/machine.c" "$shared/x86_64/serial.c"
