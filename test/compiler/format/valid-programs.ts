/** Arbitrary valid programs, as text: every construct of the grammar, with more parentheses than anybody writes. */
import { fc } from "../../support/fast-check.ts";

const name = fc.constantFrom(
  "x",
  "width",
  "module",
  "block",
  "input",
  "weight",
  "units",
  "a_rather_long_name_for_a_value",
);
const number = fc.constantFrom("1", "0.5", "1e-4", "123.0", "64");
const joined = (item: fc.Arbitrary<string>, separator: string, least = 0, most = 4): fc.Arbitrary<string> =>
  fc.array(item, { minLength: least, maxLength: most }).map((items) => items.join(separator));

export const expression: fc.Arbitrary<string> = fc.letrec<{ expression: string; operand: string }>((tie) => {
  const inner = tie("expression");
  const operand = tie("operand");
  const inParentheses = inner.map((text) => `(${text})`);
  const call = fc
    .tuple(
      name,
      joined(
        fc.oneof(
          inner,
          fc.tuple(name, inner).map(([key, value]) => `${key} = ${value}`),
        ),
        ", ",
      ),
    )
    .map(([callee, given]) => `${callee}(${given})`);
  return {
    expression: fc.oneof(
      { maxDepth: 5, depthSize: "small" },
      operand,
      fc
        .tuple(operand, fc.constantFrom("+", "-", "*", "/", "and", "or", "==", "<", ".."), operand)
        .map(([left, operator, right]) => `${left} ${operator} ${right}`),
      fc.tuple(operand, joined(fc.oneof(name, call), "\n |> ", 1)).map(([head, steps]) => `${head} |> ${steps}`),
      fc.tuple(operand, joined(fc.oneof(name, call), " |> ", 1)).map(([head, steps]) => `${head} |> ${steps}`),
      fc.tuple(name, operand, inner).map(([variable, over, body]) => `x |> for ${variable} in ${over} { ${body} }`),
      fc.tuple(operand, inner, inner).map(([a, b, c]) => `if ${a} { ${b} } else { ${c} }`),
      fc.tuple(operand, inner, inner, inner).map(([a, b, c, d]) => `if ${a} { ${b} } else if ${c} { ${d} } else { 1 }`),
      fc.tuple(name, inner, inner).map(([subject, a, b]) => `match ${subject} { 2: ${a}, else: ${b} }`),
      fc.tuple(name, inner).map(([parameter, body]) => `(${parameter}, item) => ${body}`),
      operand.map((text) => `not ${text}`),
    ),
    operand: fc.oneof(
      { maxDepth: 5, depthSize: "small" },
      name,
      number,
      inParentheses,
      inParentheses.map((text) => `-${text}`),
      inParentheses.map((text) => `${text}.channels`),
      inParentheses.map((text) => `${text}[1]`),
      inParentheses.map((text) => `${text}(x)`),
      call,
      joined(inner, ", ").map((items) => `[${items}]`),
      fc.tuple(inner, operand).map(([item, over]) => `[${item} for i in ${over}]`),
      fc.constantFrom("true", '"reflect"', '"a \\" // no comment"'),
    ),
  };
}).expression;

const bodyStatement: fc.Arbitrary<string> = fc.letrec<{ statement: string }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc
      .tuple(fc.constantFrom("let", "tap", "shared"), name, expression)
      .map(([word, key, value]) => `${word} ${key} = ${value}`),
    fc.tuple(name, expression, expression).map(([key, value, weight]) => `loss ${key} = ${value} weight ${weight}`),
    fc.tuple(name, expression).map(([key, value]) => `loss ${key} = ${value} reach 3 units`),
    fc.tuple(expression, joined(tie("statement"), "\n")).map(([over, body]) => `for i in (${over}) { ${body} }`),
    fc
      .tuple(expression, joined(tie("statement"), "\n", 1), joined(tie("statement"), "\n", 1))
      .map(([condition, a, b]) => `if (${condition}) { ${a} } else { ${b} }`),
  ),
})).statement;

const backboneStatement = fc.oneof(
  fc.tuple(name, expression).map(([key, value]) => `unit ${key}: ${value}`),
  fc.tuple(name, joined(bodyStatement, "\n")).map(([key, body]) => `unit ${key}[1](x) { ${body} }`),
  fc.tuple(name, expression).map(([key, value]) => `group ${key}[i] { unit a: ${value} }`),
);

const item = fc.oneof(
  expression.map((value) => `input ${value}`),
  expression.map((value) => `backbone ${value}`),
  fc.constantFrom(
    "split into 4 by units",
    "split after a[1].b, c[2] with a + b",
    "train paper",
    "train paper { batch: 1 }",
  ),
  joined(
    fc.tuple(fc.constantFrom("local", "last - 1", "2..last", "each"), expression).map((pair) => pair.join(": ")),
    "\n",
  ).map((entries) => `heads { ${entries} }`),
  joined(
    fc.tuple(name, expression).map((pair) => pair.join(": ")),
    "\n",
  ).map((fields) => `train { ${fields} }`),
);

const change = fc.oneof(
  joined(fc.oneof(expression, fc.constantFrom("into 4", "(after a, b[1])", "into 2 by memory")), ", ", 1).map(
    (values) => `vary heads.local: ${values}`,
  ),
  fc
    .tuple(expression, expression)
    .map(([a, b]) => `vary (a, b.c): (${a}, ${b}), ((after a, b), ${a}), (${b}, after a, c)`),
  fc.constantFrom("repeat seed: 1..3", "skip when a == 2", "compare to split = into 1", "compare to a.b = 3"),
);

const parameters = joined(
  fc.oneof(
    name,
    fc.tuple(name, expression).map(([key, value]) => `${key}: int = ${value}`),
  ),
  ", ",
  0,
  5,
);

const declaration = fc.oneof(
  joined(name, ", ", 1).map((names) => `import { ${names} } from "std/heads"`),
  fc.tuple(name, expression).map(([key, value]) => `let ${key} = ${value}`),
  fc.tuple(name, parameters, expression).map(([key, given, value]) => `fn ${key}(${given}) = ${value}`),
  fc
    .tuple(fc.constantFrom("block", "head"), name, parameters, joined(bodyStatement, "\n"), expression)
    .map(([word, key, given, body, value]) => `${word} ${key}(${given}) { ${body}\nreturn ${value} }`),
  fc
    .tuple(name, parameters, joined(backboneStatement, "\n"))
    .map(([key, given, body]) => `backbone ${key}(${given}) { ${body} }`),
  joined(
    fc.tuple(name, expression).map((pair) => pair.join(": ")),
    "\n",
  ).map((fields) => `recipe paper { ${fields} }`),
  joined(item, "\n").map((items) => `model m { ${items} }`),
  joined(change, "\n").map((changes) => `ablate a of m { ${changes} }`),
);

export const program = joined(declaration, "\n", 0, 5);
