package io.kexec4j.boot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitrdsTest {
    private static Content text(String text) {
        return Content.of(text.getBytes(US_ASCII));
    }

    @Test
    void eachBeginsAtAMultipleOfFour() {
        assertThat(Initrds.join(List.of(text("1"), text("four"), text("seven!!"), text("2"))))
                .isEqualTo(text("1\0\0\0fourseven!!\0" + "2"));
    }

    @Test
    void oneIsLeftAsItIs() {
        Content one = text("abc");
        assertThat(Initrds.join(List.of(one))).isSameAs(one);
        assertThat(Initrds.join(List.of())).isSameAs(Content.EMPTY);
    }

    @Test
    void anEmptyOneIsAMistake() {
        assertThatThrownBy(() -> Initrds.join(List.of(text("abc"), Content.EMPTY)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an initrd must not be empty");
    }
}
