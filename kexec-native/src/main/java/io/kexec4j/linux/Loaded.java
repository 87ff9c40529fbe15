package io.kexec4j.linux;

import java.util.List;

/**
 * What came of a call that the kernel has taken.
 *
 * @param remarks what was decided on the way
 * @param updates how the image stays true
 */
record Loaded(List<String> remarks, CrashUpdates updates) {
    Loaded {
        remarks = List.copyOf(remarks);
    }
}
