package io.kexec4j.purgatory;

import java.nio.ByteOrder;

class Ppc64BigEndianObjectTest extends Ppc64ObjectContract {
    Ppc64BigEndianObjectTest() {
        super(ByteOrder.BIG_ENDIAN);
    }
}
