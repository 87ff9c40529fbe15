package io.kexec4j.linux;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What holds between the packages of the project. The name of the root package is a parameter, so that each rule can be tried. */
final class HouseRules {
    /** The floors of kexec-api: each uses only those before it. The last one is the root package, the front door. */
    private static final List<String> FLOORS = List.of(
            "error",
            "bytes",
            "memory",
            "image",
            "container",
            "kernel",
            "target",
            "crash",
            "boot",
            "architectures",
            "trust",
            "initramfs",
            "report",
            "");

    private HouseRules() {}

    static ArchRule noCycles() {
        return SlicesRuleDefinition.slices()
                .assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                        return SliceIdentifier.of(javaClass.getPackageName());
                    }

                    @Override
                    public String getDescription() {
                        return "packages";
                    }
                })
                .should()
                .beFreeOfCycles();
    }

    /** A library that needs the JDK and, at most, other libraries of its kind. */
    static ArchRule leaf(String root, String library, String... others) {
        String own = root + "." + library + "..";
        List<String> allowed = new ArrayList<>(List.of(own, "java..", "org.jspecify.."));
        Arrays.stream(others).map(other -> root + "." + other + "..").forEach(allowed::add);
        return classes()
                .that()
                .resideInAPackage(own)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed.toArray(String[]::new))
                .allowEmptyShould(true);
    }

    static ArchRule floors(String root) {
        return classes().should(new ArchCondition<>("use only the floors before their own") {
            @Override
            public void check(JavaClass from, ConditionEvents events) {
                for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                    String to =
                            dependency.getTargetClass().getBaseComponentType().getPackageName();
                    if ((to.equals(root) || to.startsWith(root + ".")) && !mayUse(root, from.getPackageName(), to)) {
                        events.add(SimpleConditionEvent.violated(from, dependency.getDescription()));
                    }
                }
                if (floor(root, from.getPackageName()).isEmpty()) {
                    events.add(SimpleConditionEvent.violated(
                            from, "the package of %s is on no floor: give it one".formatted(from.getName())));
                }
            }
        });
    }

    private static boolean mayUse(String root, String from, String to) {
        Optional<Integer> upper = floor(root, from);
        Optional<Integer> lower = floor(root, to);
        if (from.equals(to) || upper.isEmpty() || lower.isEmpty()) {
            return true; // a library below all floors; a package without a floor is reported for itself
        }
        // Sub-packages use their parent, never each other.
        return lower.get() < upper.get() || (lower.equals(upper) && from.startsWith(to + "."));
    }

    private static Optional<Integer> floor(String root, String name) {
        if (name.equals(root)) {
            return Optional.of(FLOORS.size() - 1);
        }
        String first = name.substring(root.length() + 1).split("\\.", -1)[0];
        int index = FLOORS.indexOf(first);
        return index < 0 ? Optional.empty() : Optional.of(index);
    }

    static ArchRule ownTypesInSignatures(Set<String> exported) {
        return classes().should(new ArchCondition<>("have no third-party types in public signatures") {
            @Override
            public void check(JavaClass javaClass, ConditionEvents events) {
                if (exported.contains(javaClass.getPackageName()) && isVisible(javaClass)) {
                    signature(javaClass).stream()
                            .flatMap(type -> type.getAllInvolvedRawTypes().stream())
                            .map(JavaClass::getBaseComponentType)
                            .filter(type -> !isOurs(type))
                            .forEach(type -> events.add(SimpleConditionEvent.violated(
                                    javaClass, "%s shows %s".formatted(javaClass.getName(), type.getName()))));
                }
            }
        });
    }

    private static List<JavaType> signature(JavaClass javaClass) {
        List<JavaType> types = new ArrayList<>(javaClass.getTypeParameters());
        javaClass.getSuperclass().ifPresent(types::add);
        types.addAll(javaClass.getInterfaces());
        for (JavaField field : javaClass.getFields()) {
            if (isVisible(field)) {
                types.add(field.getType());
            }
        }
        for (JavaCodeUnit code : javaClass.getCodeUnits()) {
            if (isVisible(code)) {
                types.addAll(code.getTypeParameters());
                types.addAll(code.getParameterTypes());
                types.add(code.getReturnType());
                types.addAll(code.getThrowsClause().getTypes());
            }
        }
        return types;
    }

    private static boolean isVisible(JavaClass javaClass) {
        return isVisible(javaClass.getModifiers())
                && javaClass.getEnclosingClass().map(HouseRules::isVisible).orElse(true);
    }

    private static boolean isVisible(JavaMember member) {
        return isVisible(member.getModifiers());
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static boolean isOurs(JavaClass type) {
        String name = type.getPackageName() + ".";
        return type.isPrimitive()
                || name.startsWith("java.")
                || name.startsWith("io.kexec4j.")
                || name.startsWith("org.jspecify.");
    }
}
