package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.dts.Token.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads the value of a property: cells, strings, bytes, paths and files, with commas between them and labels anywhere. */
final class ValueReader {
    private final Lexer lexer;
    private final DtsFiles files;
    private final Budget budget;

    ValueReader(Lexer lexer, DtsFiles files, Budget budget) {
        this.lexer = lexer;
        this.files = files;
        this.budget = budget;
    }

    /** Reads what stands between '=' and ';'. */
    SourceValue read() throws DtsException {
        SourceValue value = new SourceValue(budget);
        do {
            readLabels(value);
            readPart(value);
            readLabels(value);
        } while (lexer.nextIf(","));
        lexer.expect(";");
        return value;
    }

    private void readLabels(SourceValue value) throws DtsException {
        while (lexer.peek().is(Kind.LABEL)) {
            value.putLabel(lexer.next());
        }
    }

    private void readPart(SourceValue value) throws DtsException {
        Token token = lexer.next();
        if (token.is(Kind.STRING)) {
            value.put(Escapes.bytes(token), token.at());
            value.putNumber(0, 1, token.at());
        } else if (token.isSymbol("<")) {
            readNumbers(value, Integer.SIZE);
        } else if (token.isKeyword(Keywords.BITS)) {
            int bits = readBits();
            lexer.expect("<");
            readNumbers(value, bits);
        } else if (token.isSymbol("[")) {
            readBytes(value);
        } else if (token.is(Kind.REFERENCE)) {
            value.putPath(token);
        } else if (token.isKeyword(Keywords.INCBIN)) {
            readFile(value, token.at());
        } else {
            throw Lexer.unexpected(token, "a value");
        }
    }

    private int readBits() throws DtsException {
        Token bits = lexer.expect(Kind.NUMBER, "a number of bits");
        long number = bits.number();
        if (number != 8 && number != 16 && number != 32 && number != 64) {
            throw new DtsException(bits.at(), "numbers have 8, 16, 32 or 64 bits");
        }
        return (int) number;
    }

    /** Reads what stands between '<' and '>'. */
    private void readNumbers(SourceValue value, int bits) throws DtsException {
        while (!lexer.nextIf(">")) {
            Token token = lexer.peek();
            if (token.is(Kind.LABEL)) {
                value.putLabel(lexer.next());
            } else if (token.is(Kind.REFERENCE)) {
                if (bits != Integer.SIZE) {
                    throw new DtsException(token.at(), "a reference is a number of 32 bits");
                }
                value.putPhandle(lexer.next());
            } else if (Expression.isStart(token)) {
                value.putNumber(fitting(Expression.read(lexer), bits, token.at()), bits / Byte.SIZE, token.at());
            } else {
                throw Lexer.unexpected(token, "a number or >");
            }
        }
    }

    /** A number that fits: it is a positive one or, as a two's complement, a negative one of so many bits. */
    private static long fitting(long number, int bits, DtsPosition at) throws DtsException {
        boolean fits = bits == Long.SIZE || number >>> bits == 0 || number >> (bits - 1) == -1;
        if (!fits) {
            throw new DtsException(at, "0x" + Long.toHexString(number) + " has more than " + bits + " bits");
        }
        return number;
    }

    /** Reads what stands between '[' and ']'. */
    private void readBytes(SourceValue value) throws DtsException {
        while (!lexer.nextIf("]")) {
            Token token = lexer.next();
            if (token.is(Kind.LABEL)) {
                value.putLabel(token);
            } else if (token.is(Kind.BYTE)) {
                value.putNumber(token.number(), 1, token.at());
            } else {
                throw Lexer.unexpected(token, "a byte of two hexadecimal digits or ]");
            }
        }
    }

    /** Reads {@code ("file")} or {@code ("file", offset, length)}. */
    private void readFile(SourceValue value, DtsPosition at) throws DtsException {
        lexer.expect("(");
        Token name = lexer.expect(Kind.STRING, "the name of a file in quotes");
        String from = lexer.opened();
        long offset = 0;
        long length = Long.MAX_VALUE;
        if (lexer.nextIf(",")) {
            offset = readSize();
            lexer.expect(",");
            length = readSize();
        }
        lexer.expect(")");
        ByteBuffer bytes = open(name, from);
        int start = (int) Math.min(offset, bytes.remaining());
        int size = (int) Math.min(length, bytes.remaining() - start);
        value.put(bytes.slice(bytes.position() + start, size), at);
    }

    private long readSize() throws DtsException {
        DtsPosition at = lexer.peek().at();
        long size = Expression.read(lexer);
        if (size < 0) {
            throw new DtsException(at, "no file is larger than 2^63 bytes");
        }
        return size;
    }

    private ByteBuffer open(Token name, String from) throws DtsException {
        try {
            return files.bytes(lexer.resolve(name.text(), from, name.at()));
        } catch (DtsException e) {
            throw e;
        } catch (IOException e) {
            throw new DtsException(name.at(), "cannot include " + name.text() + ": " + e.getMessage(), e);
        }
    }
}
