package io.kexec4j.examples.bootmatrix;

import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.ProgramHeader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * In which fields the headers differ that two loaders have written for the same machine. Program headers belong together if they are
 * of the same type and begin at the same physical address.
 *
 * @param left the name of one loader
 * @param right that of the other
 * @param differences in the order of the left header, then those that only the right has
 */
record CoreComparison(String left, String right, List<Difference> differences) {
    private static final String NONE = "-";

    private static final Map<String, ToLongFunction<ElfHeader>> HEADER = fields();
    private static final Map<String, ToLongFunction<ProgramHeader>> PROGRAM_HEADER = programHeaderFields();

    /**
     * A field with two values.
     *
     * @param of what it is a field of
     * @param field its name in the specification
     * @param left what one loader has written
     * @param right what the other has
     */
    record Difference(String of, String field, String left, String right) {
        @Override
        public String toString() {
            return "%s, %s: %s, %s".formatted(of, field, left, right);
        }
    }

    CoreComparison {
        differences = List.copyOf(differences);
    }

    static CoreComparison of(String left, CoreHead leftHead, String right, CoreHead rightHead) {
        List<Difference> differences = new ArrayList<>();
        HEADER.forEach((name, field) -> compare(
                "ELF header",
                name,
                field.applyAsLong(leftHead.header()),
                field.applyAsLong(rightHead.header()),
                differences));
        List<ProgramHeader> unpaired = new ArrayList<>(rightHead.programHeaders());
        List<Integer> order = new ArrayList<>();
        for (ProgramHeader header : leftHead.programHeaders()) {
            Optional<ProgramHeader> other = unpaired.stream()
                    .filter(candidate -> candidate.type() == header.type()
                            && candidate.physicalAddress() == header.physicalAddress())
                    .findFirst();
            other.ifPresent(unpaired::remove);
            other.ifPresent(found -> order.add(rightHead.programHeaders().indexOf(found)));
            if (other.isPresent()) {
                compare(header, other.get(), differences);
            } else {
                differences.add(new Difference(name(header), "all", values(header), NONE));
            }
        }
        unpaired.forEach(header -> differences.add(new Difference(name(header), "all", NONE, values(header))));
        if (!order.equals(order.stream().sorted().toList())) {
            differences.add(new Difference(
                    "Program headers of both",
                    "order",
                    places(order.stream().sorted().toList()),
                    places(order)));
        }
        return new CoreComparison(left, right, differences);
    }

    private static void compare(ProgramHeader left, ProgramHeader right, List<Difference> differences) {
        PROGRAM_HEADER.forEach((name, field) ->
                compare(name(left), name, field.applyAsLong(left), field.applyAsLong(right), differences));
    }

    private static void compare(String of, String name, long left, long right, List<Difference> differences) {
        if (left != right) {
            differences.add(new Difference(of, name, hex(left), hex(right)));
        }
    }

    private static String name(ProgramHeader header) {
        String type = switch (header.type()) {
            case ProgramHeader.PT_LOAD -> "PT_LOAD";
            case ProgramHeader.PT_NOTE -> "PT_NOTE";
            default -> "p_type 0x%x".formatted(header.type());
        };
        return "%s at 0x%x".formatted(type, header.physicalAddress());
    }

    private static String values(ProgramHeader header) {
        return PROGRAM_HEADER.entrySet().stream()
                .map(field -> field.getKey() + " " + hex(field.getValue().applyAsLong(header)))
                .collect(Collectors.joining(" "));
    }

    private static String places(List<Integer> order) {
        return order.stream().map(Objects::toString).collect(Collectors.joining(" "));
    }

    private static String hex(long value) {
        return "0x%x".formatted(value);
    }

    private static Map<String, ToLongFunction<ElfHeader>> fields() {
        Map<String, ToLongFunction<ElfHeader>> fields = new LinkedHashMap<>();
        fields.put("EI_OSABI", ElfHeader::osAbi);
        fields.put("EI_ABIVERSION", ElfHeader::abiVersion);
        fields.put("e_type", ElfHeader::type);
        fields.put("e_machine", ElfHeader::machine);
        fields.put("e_entry", ElfHeader::entry);
        fields.put("e_phoff", ElfHeader::programHeaderOffset);
        fields.put("e_shoff", ElfHeader::sectionHeaderOffset);
        fields.put("e_flags", ElfHeader::flags);
        fields.put("e_ehsize", ElfHeader::headerSize);
        fields.put("e_phnum", ElfHeader::programHeaderCount);
        fields.put("e_shnum", ElfHeader::sectionCount);
        fields.put("e_shstrndx", ElfHeader::sectionNameIndex);
        return fields;
    }

    private static Map<String, ToLongFunction<ProgramHeader>> programHeaderFields() {
        Map<String, ToLongFunction<ProgramHeader>> fields = new LinkedHashMap<>();
        fields.put("p_flags", ProgramHeader::flags);
        fields.put("p_offset", ProgramHeader::offset);
        fields.put("p_vaddr", ProgramHeader::virtualAddress);
        fields.put("p_filesz", ProgramHeader::fileSize);
        fields.put("p_memsz", ProgramHeader::memorySize);
        fields.put("p_align", ProgramHeader::alignment);
        return fields;
    }

    /** A Markdown table. */
    @Override
    public String toString() {
        return "| Header | Field | %s | %s |\n| --- | --- | --- | --- |\n".formatted(left, right)
                + differences.stream()
                        .map(difference -> "| %s | %s | %s | %s |\n"
                                .formatted(difference.of, difference.field, difference.left, difference.right))
                        .collect(Collectors.joining());
    }
}
