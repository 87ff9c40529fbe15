package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import io.kexec4j.linux.bad.boot.arm64.UsesNeighbour;
import io.kexec4j.linux.bad.boot.x86.LeaksThirdParty;
import io.kexec4j.linux.bad.elf.NoLeaf;
import io.kexec4j.linux.bad.image.Upper;
import io.kexec4j.linux.bad.memory.Lower;
import io.kexec4j.linux.bad.surprise.NoFloor;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the house over the classes of all library modules; and each rule over classes that break it. */
class HouseTest {
    private static final String ROOT = "io.kexec4j";
    private static final String BAD = "io.kexec4j.linux.bad";

    private static final Map<String, ModuleReference> MODULES = ModuleLayer.boot().configuration().modules().stream()
            .filter(module -> module.name().startsWith(ROOT))
            .collect(Collectors.toMap(ResolvedModule::name, ResolvedModule::reference));
    private static final JavaClasses LIBRARY = classesOf(MODULES.keySet());

    private static JavaClasses classesOf(Set<String> modules) {
        return new ClassFileImporter()
                .importLocations(MODULES.entrySet().stream()
                        .filter(module -> modules.contains(module.getKey()))
                        .map(module -> locationOf(module.getValue().location().orElseThrow()))
                        .toList());
    }

    /** A folder of classes, or a jar if the module was packaged before these tests. */
    private static Location locationOf(URI module) {
        return Location.of(module.getPath().endsWith(".jar") ? URI.create("jar:" + module + "!/") : module);
    }

    @Test
    void seesAllModules() {
        assertThat(MODULES.keySet())
                .containsExactlyInAnyOrder(
                        "io.kexec4j", "io.kexec4j.elf", "io.kexec4j.fdt", "io.kexec4j.purgatory", "io.kexec4j.linux");
        assertThat(LIBRARY.contain(Kexec.class)).isTrue();
        assertThat(LIBRARY.contain("io.kexec4j.elf.ElfFile")).isTrue();
        assertThat(LIBRARY.contain(io.kexec4j.image.KexecImage.class)).isTrue();
        assertThat(LIBRARY.contain(io.kexec4j.purgatory.Sha256.class)).isTrue();
        assertThat(LIBRARY.contain(HouseTest.class)).isFalse();
    }

    @Test
    void hasNoCycles() {
        HouseRules.noCycles().check(LIBRARY);
        assertBroken(HouseRules.noCycles(), "Cycle detected", Upper.class, Lower.class);
    }

    @Test
    void buildsFloorUponFloor() {
        HouseRules.floors(ROOT).check(classesOf(Set.of("io.kexec4j")));
        HouseRules.floors(BAD).check(new ClassFileImporter().importClasses(Upper.class, LeaksThirdParty.class));
        assertBroken(HouseRules.floors(BAD), "Lower.upper", Lower.class);
        assertBroken(HouseRules.floors(BAD), "UsesNeighbour.neighbour", UsesNeighbour.class);
        assertBroken(HouseRules.floors(BAD), "on no floor", NoFloor.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"elf", "fdt"})
    void keepsTheLeavesAlone(String library) {
        HouseRules.leaf(ROOT, library).check(LIBRARY);
        HouseRules.leaf(ROOT, "purgatory", "elf").check(LIBRARY);
        assertBroken(HouseRules.leaf(BAD, "elf"), "NoLeaf.lower", NoLeaf.class);
    }

    @Test
    void showsNoThirdPartyTypes() {
        Set<String> exported = MODULES.values().stream()
                .flatMap(module -> module.descriptor().exports().stream())
                .filter(export -> !export.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
        assertThat(exported).contains("io.kexec4j.linux", "io.kexec4j.image");
        HouseRules.ownTypesInSignatures(exported).check(LIBRARY);

        ArchRule rule = HouseRules.ownTypesInSignatures(Set.of(LeaksThirdParty.class.getPackageName()));
        for (String type : List.of("Pointer", "Memory", "NativeLong", "LastErrorException", "Library", "IntegerType")) {
            assertBroken(rule, "shows com.sun.jna." + type, LeaksThirdParty.class);
        }
        assertThatThrownBy(() -> rule.check(new ClassFileImporter().importClasses(LeaksThirdParty.class)))
                .hasMessageNotContaining("shows com.sun.jna.Function");
    }

    private static void assertBroken(ArchRule rule, String message, Class<?>... bad) {
        assertThatThrownBy(() -> rule.check(new ClassFileImporter().importClasses(bad)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(message);
    }
}
