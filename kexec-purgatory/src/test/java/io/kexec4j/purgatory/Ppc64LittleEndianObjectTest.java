package io.kexec4j.purgatory;

import java.nio.ByteOrder;

class Ppc64LittleEndianObjectTest extends Ppc64ObjectContract {
    Ppc64LittleEndianObjectTest() {
        super(ByteOrder.LITTLE_ENDIAN);
    }
}
