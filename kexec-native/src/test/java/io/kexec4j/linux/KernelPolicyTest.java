package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.target.KernelRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelPolicyTest {
    private static final String GLOBAL = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    private static final String SHIM = "-605dab50-e046-4300-abb6-3dd810dd8b23";

    @TempDir
    Path root;

    private Machine machine() {
        return new Machine(root);
    }

    private KernelPolicy policy() {
        return machine().state().policy();
    }

    private static Optional<Boolean> fact(String text) {
        return text.equals("unknown") ? Optional.empty() : Optional.of(Boolean.valueOf(text));
    }

    @Test
    void knowsNothingOfAnEmptyMachine() {
        assertThat(policy())
                .isEqualTo(new KernelPolicy(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        assertThat(machine().state().release()).isEmpty();
        assertThat(machine().state().forbidsImages()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, -, -, true", "0, -, -, false", "1, 1, -, false", "1, 0, 0, true", "1, 0, 1, false", "2, 0, 0, false"
    })
    void believesInSecureBootAsTheKernelDoes(String secure, String setup, String shim, boolean on) {
        variable("SecureBoot" + GLOBAL, secure);
        variable("SetupMode" + GLOBAL, setup);
        variable("MokSBStateRT" + SHIM, shim);
        assertThat(policy().secureBoot()).contains(on);
    }

    private void variable(String name, String value) {
        if (!value.equals("-")) {
            machine().file("sys/firmware/efi/efivars/" + name, new byte[] {6, 0, 0, 0, Byte.parseByte(value)});
        }
    }

    @Test
    void makesNothingOfAVariableOfAnotherSize() {
        machine().file("sys/firmware/efi/efivars/SecureBoot" + GLOBAL, new byte[] {1});
        assertThat(policy().secureBoot()).isEmpty();
        machine().file("sys/firmware/efi/efivars/SecureBoot" + GLOBAL, new byte[] {6, 0, 0, 0, 1, 1});
        assertThat(policy().secureBoot()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "quiet,                                        false",
        "ima_appraise=enforce,                         false",
        "ima_appraise=enforce ima_policy=secure_boot,  true",
        "ima_appraise=log,                             false",
        "ima_appraise=enforce ima_appraise=fix,        false",
        "ima_policy=secure_boot,                       true",
        "ima_policy=tcb|secure_boot,                   true",
        "ima_policy=tcb ima_policy=secure_boot quiet,  true",
        "ima_policy=tcb,                               false",
        "ima_policy=secure_boot ima_appraise=off,      false"
    })
    void guessesAppraisalFromTheCommandLine(String arguments, boolean expected) {
        machine().file("proc/cmdline", arguments + "\n");
        assertThat(policy().imaAppraisal()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "ima_appraise=enforce, measure func=KEXEC_KERNEL_CHECK,                         false",
        "ima_appraise=enforce, dont_appraise func=KEXEC_KERNEL_CHECK,                   false",
        "quiet,                appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig,   true",
        "quiet,                appraise appraise_type=imasig func=KEXEC_KERNEL_CHECK,   true",
        "quiet,                appraise func=KEXEC_INITRAMFS_CHECK,                     false",
        "ima_appraise=log,     appraise func=KEXEC_KERNEL_CHECK,                        false"
    })
    void knowsAppraisalFromThePolicyInForce(String arguments, String rule, boolean expected) {
        machine()
                .file("proc/cmdline", arguments + "\n")
                .file("sys/kernel/security/ima/policy", "dont_measure fsmagic=0x9fa0\n" + rule + "\n");
        assertThat(policy().imaAppraisal()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "quiet,          unknown",
        "kho=on,         true",
        "kho=1,          true",
        "kho=y quiet,    true",
        "kho=off,        false",
        "kho=on kho=0,   false",
        "nokho=on,       unknown",
        "kho_scratch=8M, unknown"
    })
    void findsHandoverOnTheCommandLine(String arguments, String expected) {
        machine().file("proc/cmdline", arguments + "\n");
        assertThat(policy().handover()).isEqualTo(fact(expected));
    }

    @Test
    void findsHandoverThatIsOnByDefault() throws IOException {
        machine().file("proc/cmdline", "quiet\n");
        Files.createDirectories(root.resolve("sys/kernel/debug/kho/out"));
        assertThat(policy().handover()).contains(true);
    }

    @ParameterizedTest
    @CsvSource({
        "quiet,  CONFIG_KEXEC_HANDOVER_ENABLE_DEFAULT=y,                true",
        "kho=on, CONFIG_KEXEC_HANDOVER_ENABLE_DEFAULT=y,                true",
        "kho=0,  CONFIG_KEXEC_HANDOVER_ENABLE_DEFAULT=y,                false",
        "quiet,  # CONFIG_KEXEC_HANDOVER_ENABLE_DEFAULT is not set,     unknown",
        "quiet,  CONFIG_KEXEC_HANDOVER=y,                               unknown"
    })
    void findsHandoverInTheConfigurationIfNothingElseTells(String arguments, String line, String expected) {
        machine().file("proc/cmdline", arguments + "\n").configuration(line + "\n");
        assertThat(policy().handover()).isEqualTo(fact(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "CONFIG_KEXEC=y,                            true,  false, false",
        "CONFIG_KEXEC_FILE=y,                       false, true,  false",
        "CONFIG_KEXEC_SIG=y,                        false, false, false",
        "CONFIG_KEXEC_SIG=y CONFIG_IMA=y,           false, false, true",
        "XCONFIG_KEXEC=y CONFIG_KEXEC_CORE=y,       false, false, false"
    })
    void readsTheConfigurationFromEitherPlace(String lines, boolean image, boolean files, boolean signatures) {
        String text = "# CONFIG_A is not set\nCONFIG_B=y\n" + lines.replace(' ', '\n') + "\n";
        KernelPolicy packed = machine().configuration(text).state().policy();
        assertThat(packed.imageCall()).contains(image);
        assertThat(packed.fileCall()).contains(files);
        assertThat(packed.signatures()).contains(signatures);
        machine().file("proc/config.gz", "no gzip").file("proc/sys/kernel/osrelease", "6.1.0-1-amd64\n");
        assertThat(policy().imageCall()).isEmpty();
        machine().file("boot/config-6.1.0-1-amd64", text);
        assertThat(policy()).isEqualTo(packed);
    }

    @Test
    void isNotLedAstrayByAReleaseWithASlash() {
        machine()
                .file("proc/sys/kernel/osrelease", "6.1/../../x\n")
                .file("boot/config-6.1", "x")
                .file("x", "CONFIG_KEXEC=y\n");
        assertThat(policy().imageCall()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"6.12.117+deb13-amd64, 6.12", "7.2, 7.2", "6.18.44-fc-v595, 6.18", "5.4-rc1, 5.4"})
    void readsReleases(String name, String expected) {
        assertThat(KernelRelease.parse(name)).map(KernelRelease::toString).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"6", "linux", "x6.1", "12345.1", "6.12345", "'6.'"})
    void readsNoReleaseIntoOtherText(String name) {
        assertThat(KernelRelease.parse(name)).isEmpty();
    }
}
