package io.kexec4j.fdt.dts;

/** The words between slashes. */
final class Keywords {
    static final String VERSION = "/dts-v1/";
    static final String PLUGIN = "/plugin/";
    static final String RESERVE = "/memreserve/";
    static final String BITS = "/bits/";
    static final String DELETE_PROPERTY = "/delete-property/";
    static final String DELETE_NODE = "/delete-node/";
    static final String OMIT = "/omit-if-no-ref/";
    static final String INCBIN = "/incbin/";
    static final String INCLUDE = "/include/";

    private Keywords() {}
}
