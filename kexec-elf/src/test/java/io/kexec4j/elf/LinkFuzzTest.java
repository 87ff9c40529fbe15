package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Any object for x86_64 that is sound: linking it does what the psABI's formulas say, worked out slowly with BigInteger. */
class LinkFuzzTest {
    private static final int[] TYPES = {0, 1, 2, 4, 10, 11, 24};
    private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

    private record Place(ElfBuilder.SectionSpec section, boolean hasContent, long size, long alignment) {}

    /** What a symbol is worth: an offset in a section, or an absolute value without one. */
    private record Meaning(int place, long value) {}

    private record Change(int place, long offset, int type, int symbol, long addend) {}

    private final ElfBuilder builder = ElfBuilder.object();
    private final List<Place> places = new ArrayList<>();
    private final List<Meaning> symbols = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();

    /** Jazzer uses one object for all inputs. */
    @FuzzTest
    void linkingFollowsTheFormulas(FuzzedDataProvider data) throws ElfFormatException {
        new LinkFuzzTest().link(data);
    }

    private void link(FuzzedDataProvider data) throws ElfFormatException {
        addSections(data);
        addSymbols(data);
        addRelocations(data);
        RelocatableObject object = builder.build().parseObject();
        long[] offsets = offsets();
        assertThat(object.alignment())
                .isEqualTo(places.stream().mapToLong(Place::alignment).max().orElse(1));
        long address = data.consumeLong(0, 1L << 48) << data.consumeInt(0, 15) & -object.alignment();

        byte[] content;
        try {
            content = object.link(address).content();
        } catch (ElfFormatException e) {
            assertThat(changes).as(e.getMessage()).anyMatch(change -> !fits(change, address, offsets));
            return;
        }
        assertThat(changes).allMatch(change -> fits(change, address, offsets));
        assertThat(content).isEqualTo(expected(object, address, offsets));
    }

    private void addSections(FuzzedDataProvider data) {
        int count = data.consumeInt(1, 5);
        for (int i = 0; i < count; i++) {
            boolean hasContent = data.consumeBoolean();
            long alignment = 1L << data.consumeInt(0, hasContent ? 12 : 21);
            byte[] bytes = hasContent ? data.consumeBytes(64) : new byte[0];
            long size = hasContent ? bytes.length : data.consumeLong(0, 1L << 40);
            ElfBuilder.SectionSpec section = builder.section(
                            ".s" + i, hasContent ? Section.SHT_PROGBITS : Section.SHT_NOBITS)
                    .flags(Section.SHF_ALLOC)
                    .alignment(alignment)
                    .content(bytes)
                    .size(size);
            places.add(new Place(section, hasContent, size, alignment));
        }
    }

    private void addSymbols(FuzzedDataProvider data) {
        symbols.add(new Meaning(-1, 0));
        int count = data.consumeInt(1, 5);
        for (int i = 0; i < count; i++) {
            int place = data.consumeInt(-1, places.size() - 1);
            long value = place < 0
                    ? data.consumeLong()
                    : data.consumeLong(0, places.get(place).size());
            int index = place < 0 ? Symbol.SHN_ABS : places.get(place).section().index;
            builder.symbol("name" + i, Symbol.STB_GLOBAL, Symbol.STT_NOTYPE, index, value, 0);
            symbols.add(new Meaning(place, value));
        }
    }

    /** Several may change the same bytes: the last one wins. */
    private void addRelocations(FuzzedDataProvider data) {
        for (int place = 0; place < places.size(); place++) {
            if (places.get(place).hasContent() && places.get(place).size() >= 8) {
                int count = data.consumeInt(0, 4);
                for (int i = 0; i < count; i++) {
                    Change change = new Change(
                            place,
                            data.consumeLong(0, places.get(place).size() - 8),
                            data.pickValue(TYPES),
                            data.consumeInt(0, symbols.size() - 1),
                            data.consumeBoolean() ? data.consumeInt() : data.consumeLong());
                    changes.add(change);
                    builder.relocation(
                            places.get(place).section(), change.offset, change.symbol, change.type, change.addend);
                }
            }
        }
    }

    private long[] offsets() {
        long[] offsets = new long[places.size()];
        long end = 0;
        for (boolean content : new boolean[] {true, false}) {
            for (int i = 0; i < offsets.length; i++) {
                Place place = places.get(i);
                if (place.hasContent() == content) {
                    offsets[i] = Math.floorDiv(end + place.alignment() - 1, place.alignment()) * place.alignment();
                    end = offsets[i] + place.size();
                }
            }
        }
        return offsets;
    }

    /** The value of a relocation, modulo 2^64, as a signed number. */
    private long value(Change change, long address, long[] offsets) {
        Meaning symbol = symbols.get(change.symbol);
        BigInteger value = BigInteger.valueOf(symbol.value).add(BigInteger.valueOf(change.addend));
        if (symbol.place >= 0) {
            value = value.add(BigInteger.valueOf(address)).add(BigInteger.valueOf(offsets[symbol.place]));
        }
        if (change.type == 2 || change.type == 4 || change.type == 24) {
            value = value.subtract(BigInteger.valueOf(address))
                    .subtract(BigInteger.valueOf(offsets[change.place]))
                    .subtract(BigInteger.valueOf(change.offset));
        }
        return value.mod(TWO_64).longValue();
    }

    private boolean fits(Change change, long address, long[] offsets) {
        long value = value(change, address, offsets);
        return switch (change.type) {
            case 2, 4, 11 -> value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE;
            case 10 -> value >= 0 && value <= 0xffff_ffffL;
            default -> true;
        };
    }

    private byte[] expected(RelocatableObject object, long address, long[] offsets) {
        byte[] expected = new byte[(int) object.contentSize()];
        for (int i = 0; i < offsets.length; i++) {
            byte[] content = places.get(i).section().content;
            System.arraycopy(content, 0, expected, content.length == 0 ? 0 : (int) offsets[i], content.length);
        }
        for (Change change : changes) {
            int width = switch (change.type) {
                case 0 -> 0;
                case 1, 24 -> 8;
                default -> 4;
            };
            for (int i = 0; i < width; i++) {
                expected[(int) (offsets[change.place] + change.offset) + i] =
                        (byte) (value(change, address, offsets) >>> (8 * i));
            }
        }
        return expected;
    }
}
