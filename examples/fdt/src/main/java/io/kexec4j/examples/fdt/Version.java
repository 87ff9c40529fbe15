package io.kexec4j.examples.fdt;

import picocli.CommandLine.IVersionProvider;

/** The version of all commands. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"Version: kexec4j " + (version == null ? "(not packaged)" : version)};
    }
}
