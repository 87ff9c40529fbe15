package io.kexec4j.elf;

/** Little-endian code for 64-bit Power, which has the second version of the ABI, is linked as by ld.lld. */
class Ppc64LittleEndianLldTest extends Ppc64LldContract {
    Ppc64LittleEndianLldTest() {
        super("powerpc64le-unknown-linux-gnu");
    }
}
