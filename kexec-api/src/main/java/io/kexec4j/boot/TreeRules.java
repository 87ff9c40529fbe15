package io.kexec4j.boot;

import io.kexec4j.crash.CrashPlan;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import java.io.IOException;
import java.util.List;

/** What differs between architectures in how {@linkplain DeviceTreeHandOver a device tree is handed over}. */
public interface TreeRules {
    /**
     * Says in {@code /chosen} what memory the kernel of a crash may use, if it looks for that there. Its core header is there already.
     *
     * @param tree the second kernel's tree
     * @param chosen its {@code /chosen}
     * @param plan what makes the image one for a crash
     * @throws FdtException if the tree does not allow it
     */
    void describeCrash(EditableTree tree, EditableNode chosen, CrashPlan plan) throws FdtException;

    /**
     * Does to the tree what is left to do when all else is done: it has the second kernel's {@code /chosen}, no stale hand-over, and
     * some memory.
     *
     * @param tree the second kernel's tree
     * @param chosen its {@code /chosen}
     * @param base what it was made of
     * @param request what the image is made of
     * @return what was decided on the user's behalf
     * @throws io.kexec4j.error.MalformedInputException if a tree is none
     * @throws FdtException if what matters here cannot be read
     * @throws IOException if a file has shrunk
     */
    default List<String> finish(EditableTree tree, EditableNode chosen, BaseTree base, BootRequest request)
            throws IOException {
        return List.of();
    }

    /**
     * {@return how many bytes the blob must have to spare, for those who edit it in place}
     *
     * @param tree the second kernel's tree, finished
     * @param request what the image is made of
     * @throws FdtException if what matters here cannot be read
     */
    default int room(EditableTree tree, BootRequest request) throws FdtException {
        return 0;
    }
}
