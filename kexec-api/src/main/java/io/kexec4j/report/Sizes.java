package io.kexec4j.report;

/** Numbers for people. */
final class Sizes {
    private Sizes() {}

    static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}
