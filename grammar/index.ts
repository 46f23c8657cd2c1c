/** The door of the grammar room: text in, syntax tree out. */
export { parse } from "./parse.ts";
export { printTree } from "./print.ts";
export type { Place, Span } from "./span.ts";
export type { SyntaxProblem, SyntaxProblemCode, SyntaxProblemName } from "./syntax-problem.ts";
export { syntaxProblemNames } from "./syntax-problem.ts";
export type * from "./syntax-tree.ts";
export { children, type SyntaxNode, type SyntaxVisitor, visit } from "./visit.ts";
