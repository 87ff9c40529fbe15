package io.kexec4j.elf;

/** Big-endian code for 64-bit Power with the second version of the ABI is linked as by ld.lld. */
class Ppc64BigEndianLldTest extends Ppc64LldContract {
    Ppc64BigEndianLldTest() {
        super("powerpc64-unknown-linux-gnu");
    }
}
