package io.kexec4j.crash;

import io.kexec4j.elf.CoreHeader;
import io.kexec4j.elf.CoreMemory;
import io.kexec4j.elf.CoreNotes;
import io.kexec4j.elf.ElfClass;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.CpuNotes;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.KernelMapping;
import io.kexec4j.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the core header says, as Linux' own loader writes it ({@code crash_prepare_elf64_headers}, kernel/crash_core.c): the notes of the
 * CPUs, the note of the kernel, the kernel itself, and the memory. What is not known is an error: a tool that reads the dump would
 * believe a guess.
 */
final class CoreHeaders {
    private static final long LAST_32BIT = 0xffff_ffffL;

    private final Target target;
    private final CrashFacts facts;
    private final CrashOptions options;
    private final DumpedMemory memory;
    private final List<CoreNotes> notes;
    private final Optional<KernelMapping> kernel;
    private final long directMapOffset;

    private CoreHeaders(Target target, CrashFacts facts, CrashOptions options, CrashRules rules) {
        this.target = target;
        this.facts = facts;
        this.options = options;
        this.memory = DumpedMemory.of(facts, rules);
        this.notes = notes(facts, options.cpus());
        this.kernel = rules.describesKernel()
                ? Optional.of(facts.kernel()
                        .orElseThrow(unknown("where the running kernel lies in memory (/proc/kcore, /proc/kallsyms)")))
                : Optional.empty();
        this.directMapOffset = facts.directMapOffset()
                .orElseThrow(unknown("at which addresses the running kernel maps RAM (/proc/kcore)"));
    }

    /**
     * Decides what it says.
     *
     * @throws UnsupportedCombinationException if something of it is not known
     * @throws ProtocolLimitException if it is too much
     */
    static CoreHeaders of(Target target, CrashFacts facts, CrashOptions options, CrashRules rules) {
        CoreHeaders headers = new CoreHeaders(target, facts, options, rules);
        if (headers.count() > CoreHeader.MAX_PROGRAM_HEADERS) {
            throw new ProtocolLimitException(
                    "program headers of the core header (PN_XNUM), %d of them for memory"
                            .formatted(headers.memory.ranges().size()),
                    headers.count(),
                    CoreHeader.MAX_PROGRAM_HEADERS);
        }
        return headers;
    }

    private static List<CoreNotes> notes(CrashFacts facts, CpuSelection selection) {
        List<CoreNotes> notes = new ArrayList<>();
        for (CpuNotes cpu : facts.cpus()) {
            if (selection == CpuSelection.PRESENT || cpu.isOnline()) {
                notes.add(notes(cpu.notes()));
            }
        }
        if (notes.isEmpty()) {
            throw unknown("where the CPUs leave their registers (/sys/devices/system/cpu/cpu*/crash_notes)")
                    .get();
        }
        notes.add(notes(facts.vmcoreinfo()
                .orElseThrow(unknown("where the running kernel describes itself (/sys/kernel/vmcoreinfo)"))));
        return notes;
    }

    private static CoreNotes notes(PhysicalRange range) {
        return new CoreNotes(range.start(), range.size());
    }

    private static Supplier<UnsupportedCombinationException> unknown(String fact) {
        return () -> new UnsupportedCombinationException(
                "an image for a crash needs to know what this machine does not tell: " + fact);
    }

    private int count() {
        return notes.size() + (kernel.isPresent() ? 1 : 0) + memory.ranges().size();
    }

    /** The size of the segment in bytes: that of the header, or with updates in place, of what the running kernel will make of it. */
    long segmentSize() {
        long own = CoreHeader.size(elfClass(), count());
        if (!options.hotplug()) {
            return own;
        }
        // The kernel's figure counts program headers only, and on x86 not those of all CPUs that are possible.
        long ehdr = CoreHeader.size(elfClass(), 0);
        long figure = Math.addExact(facts.elfcorehdrSize().orElse(0), ehdr);
        long all = CoreHeader.size(
                elfClass(),
                Math.min(
                        CoreHeader.MAX_PROGRAM_HEADERS,
                        facts.possibleCpus() + 2 + memory.ranges().size()));
        return Math.max(own, Math.max(figure, all));
    }

    /**
     * Writes it.
     *
     * @param backup where the copy will lie of what has to be copied
     * @throws ProtocolLimitException if an address does not fit into 32 bits, where those are wanted
     */
    CoreHeader with(Optional<PhysicalRange> backup) {
        List<CoreMemory> all = new ArrayList<>();
        kernel.ifPresent(text -> all.add(
                memory(text.memory(), text.virtualAddress(), text.memory().start())));
        for (PhysicalRange range : memory.ranges()) {
            boolean isCopied = memory.backedUp().filter(range::equals).isPresent();
            long offset = isCopied ? backup.orElseThrow().start() : range.start();
            all.add(memory(range, range.start() + directMapOffset, offset));
        }
        return new CoreHeader(
                elfClass(),
                target.architecture().byteOrder(),
                target.architecture().elfMachine(),
                notes,
                all);
    }

    private CoreMemory memory(PhysicalRange range, long virtualAddress, long offset) {
        verifyFits("physical address in a core header of 32 bits", range.end() - 1);
        verifyFits("virtual address in a core header of 32 bits", virtualAddress);
        return new CoreMemory(virtualAddress, range.start(), range.size(), offset);
    }

    private void verifyFits(String what, long value) {
        if (options.elf32() && Long.compareUnsigned(value, LAST_32BIT) > 0) {
            throw new ProtocolLimitException(what, value, LAST_32BIT);
        }
    }

    private ElfClass elfClass() {
        return options.elf32() ? ElfClass.ELF32 : ElfClass.ELF64;
    }
}
