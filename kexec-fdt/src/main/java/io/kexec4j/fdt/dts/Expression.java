package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.dts.Token.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * Integer expressions in parentheses, with the operators and precedences of C and unsigned 64-bit arithmetic. Both sides of
 * every operator are evaluated. Two stacks take the place of recursion.
 */
final class Expression {
    private static final String QUESTION = "?";
    private static final String COLON = ":";
    private static final String OPEN = "(";

    /** A mark for an operator of one operand, which may look like one of two. */
    private static final String UNARY = "unary ";

    private static final int UNARY_PRECEDENCE = 12;

    private static final Map<String, Integer> PRECEDENCES = Map.ofEntries(
            Map.entry("||", 2),
            Map.entry("&&", 3),
            Map.entry("|", 4),
            Map.entry("^", 5),
            Map.entry("&", 6),
            Map.entry("==", 7),
            Map.entry("!=", 7),
            Map.entry("<", 8),
            Map.entry(">", 8),
            Map.entry("<=", 8),
            Map.entry(">=", 8),
            Map.entry("<<", 9),
            Map.entry(">>", 9),
            Map.entry("+", 10),
            Map.entry("-", 10),
            Map.entry("*", 11),
            Map.entry("/", 11),
            Map.entry("%", 11));

    private record Operator(String text, DtsPosition at) {}

    private final Lexer lexer;
    private final Deque<Long> values = new ArrayDeque<>();
    private final Deque<Operator> operators = new ArrayDeque<>();

    private Expression(Lexer lexer) {
        this.lexer = lexer;
    }

    /** Whether a number, a character or an expression begins with this word. */
    static boolean isStart(Token token) {
        return token.is(Kind.NUMBER) || token.is(Kind.CHARACTER) || token.isSymbol(OPEN);
    }

    /** Reads a number, a character, or an expression in parentheses. */
    static long read(Lexer lexer) throws DtsException {
        if (lexer.peek().isSymbol(OPEN)) {
            return new Expression(lexer).readParentheses();
        }
        return literal(lexer.next());
    }

    private static long literal(Token token) throws DtsException {
        if (token.is(Kind.CHARACTER)) {
            return Escapes.character(token);
        }
        if (!token.is(Kind.NUMBER)) {
            throw Lexer.unexpected(token, "a number");
        }
        return token.number();
    }

    private long readParentheses() throws DtsException {
        do {
            readOperand();
            readOperators();
        } while (!operators.isEmpty());
        return values.pop();
    }

    /** Reads up to the end of an operand: what opens before it, and itself. */
    private void readOperand() throws DtsException {
        Token token = lexer.next();
        while (token.isSymbol(OPEN) || token.isSymbol("-") || token.isSymbol("~") || token.isSymbol("!")) {
            operators.push(new Operator(token.isSymbol(OPEN) ? OPEN : UNARY + token.text(), token.at()));
            token = lexer.next();
        }
        values.push(literal(token));
    }

    /** Reads what stands behind an operand: what closes there, and the operator before the next one. */
    private void readOperators() throws DtsException {
        while (!operators.isEmpty()) {
            Token token = lexer.next();
            if (token.isSymbol(")")) {
                close(token);
            } else if (token.isSymbol(QUESTION)) {
                applyAbove(1);
                operators.push(new Operator(QUESTION, token.at()));
                return;
            } else if (token.isSymbol(COLON)) {
                applyAbove(0);
                if (!operators.element().text().equals(QUESTION)) {
                    throw new DtsException(token.at(), "a ? stands before a :");
                }
                operators.pop();
                operators.push(new Operator(COLON, token.at()));
                return;
            } else {
                Integer precedence = token.is(Kind.SYMBOL) ? PRECEDENCES.get(token.text()) : null;
                if (precedence == null) {
                    throw Lexer.unexpected(token, "an operator or )");
                }
                applyAbove(precedence - 1);
                operators.push(new Operator(token.text(), token.at()));
                return;
            }
        }
    }

    private void close(Token token) throws DtsException {
        applyAbove(0);
        if (!operators.pop().text().equals(OPEN)) {
            throw new DtsException(token.at(), "a ? is followed by a :");
        }
    }

    /** Applies the last operators as long as they bind more strongly than this. */
    private void applyAbove(int precedence) throws DtsException {
        while (precedence(operators.element()) > precedence) {
            apply(operators.pop());
        }
    }

    private static int precedence(Operator operator) {
        if (operator.text().startsWith(UNARY)) {
            return UNARY_PRECEDENCE;
        }
        return operator.text().equals(COLON) ? 1 : PRECEDENCES.getOrDefault(operator.text(), 0);
    }

    private void apply(Operator operator) throws DtsException {
        long right = values.pop();
        if (operator.text().startsWith(UNARY)) {
            values.push(unary(operator.text(), right));
            return;
        }
        long left = values.pop();
        if (operator.text().equals(COLON)) {
            long condition = values.pop();
            values.push(condition != 0 ? left : right);
            return;
        }
        values.push(binary(operator, left, right));
    }

    private static long unary(String operator, long operand) {
        return switch (operator.charAt(UNARY.length())) {
            case '-' -> -operand;
            case '~' -> ~operand;
            default -> truth(operand == 0);
        };
    }

    private static long binary(Operator operator, long left, long right) throws DtsException {
        return switch (operator.text()) {
            case "||" -> truth(left != 0 || right != 0);
            case "&&" -> truth(left != 0 && right != 0);
            case "|" -> left | right;
            case "^" -> left ^ right;
            case "&" -> left & right;
            case "==" -> truth(left == right);
            case "!=" -> truth(left != right);
            case "<" -> truth(Long.compareUnsigned(left, right) < 0);
            case ">" -> truth(Long.compareUnsigned(left, right) > 0);
            case "<=" -> truth(Long.compareUnsigned(left, right) <= 0);
            case ">=" -> truth(Long.compareUnsigned(left, right) >= 0);
            case "<<" -> isShift(right) ? left << right : 0;
            case ">>" -> isShift(right) ? left >>> right : 0;
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> Long.divideUnsigned(left, divisor(operator, right));
            default -> Long.remainderUnsigned(left, divisor(operator, right));
        };
    }

    private static long truth(boolean condition) {
        return condition ? 1 : 0;
    }

    private static boolean isShift(long distance) {
        return Long.compareUnsigned(distance, Long.SIZE) < 0;
    }

    private static long divisor(Operator operator, long number) throws DtsException {
        if (number == 0) {
            throw new DtsException(operator.at(), "a number is divided by zero");
        }
        return number;
    }
}
