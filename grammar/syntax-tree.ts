/**
 * The syntax tree: what a `.llnet` file says, with no name looked up and no shape computed.
 *
 *     file        = { declaration }
 *     declaration = import | let | fn | block | head | backbone | recipe | model | ablate
 *     expression  = see `Expression`
 *
 * Every node has a `kind` and a `span`. Where a required part is absent because of a syntax error, the parser has reported
 * it and leaves a `Missing` expression (or an empty list) there; later phases pass over `Missing` without a word.
 */
import type { Span } from "./span.ts";

export interface SyntaxTree {
  readonly kind: "File";
  readonly span: Span;
  /** The path the text was read from; place of every diagnostic about this tree. */
  readonly path: string;
  readonly text: string;
  readonly declarations: readonly Declaration[];
  /** All comments, doc comments included, in order. The formatter needs them; no phase looks at them. */
  readonly comments: readonly Comment[];
}

export interface Comment {
  readonly kind: "Comment";
  readonly span: Span;
  /** `///` documents the declaration below. */
  readonly isDocumentation: boolean;
  /** The text without slashes and without the one space after them. */
  readonly text: string;
}

/** An identifier as written. `text` is empty for a name the parser had to invent. */
export interface Name {
  readonly kind: "Name";
  readonly span: Span;
  readonly text: string;
}

// ── Declarations ────────────────────────────────────────────────────────────────────────────────────────────────────

export type Declaration =
  | Import
  | LetStatement
  | FunctionDeclaration
  | BlockDeclaration
  | HeadDeclaration
  | BackboneDeclaration
  | RecipeDeclaration
  | ModelDeclaration
  | AblateDeclaration;

/** `import { a, b } from "std/heads"` */
export interface Import {
  readonly kind: "Import";
  readonly span: Span;
  readonly names: readonly Name[];
  readonly from: string;
  readonly fromSpan: Span;
}

interface Documented {
  readonly span: Span;
  readonly name: Name;
  /** The `///` lines above, joined by newlines; undefined where there are none. */
  readonly documentation?: string;
}

/** `fn half(x) = x / 2` */
export interface FunctionDeclaration extends Documented {
  readonly kind: "Function";
  readonly parameters: readonly Parameter[];
  readonly body: Expression;
}

/** `block basic(x, width: int, stride = 1) { … }` */
export interface BlockDeclaration extends Documented {
  readonly kind: "Block";
  readonly parameters: readonly Parameter[];
  readonly body: readonly BodyStatement[];
}

/** `head infopro(module, reconstruct = 5) { … }` */
export interface HeadDeclaration extends Documented {
  readonly kind: "Head";
  readonly parameters: readonly Parameter[];
  readonly body: readonly BodyStatement[];
}

/** `backbone resnet_cifar(depth: int) { … }` */
export interface BackboneDeclaration extends Documented {
  readonly kind: "Backbone";
  readonly parameters: readonly Parameter[];
  readonly body: readonly BackboneStatement[];
}

/** `recipe infopro_cifar { optimizer: …  rate: … }` */
export interface RecipeDeclaration extends Documented {
  readonly kind: "Recipe";
  readonly fields: readonly Field[];
}

/** `model resnet32 { … }`; the items in the order written. */
export interface ModelDeclaration extends Documented {
  readonly kind: "Model";
  readonly items: readonly ModelItem[];
}

/** `ablate depth of resnet32 { … }` */
export interface AblateDeclaration extends Documented {
  readonly kind: "Ablate";
  readonly of: Name;
  readonly items: readonly AblateItem[];
}

/** `width: int = 16`; `type` is a name such as `int`, `float`, `bool`, `string`, `list`, `shape`, `tensor`. */
export interface Parameter {
  readonly kind: "Parameter";
  readonly span: Span;
  readonly name: Name;
  readonly type?: Name;
  readonly default?: Expression;
}

/** `batch: 128` in `train` and `recipe`. */
export interface Field {
  readonly kind: "Field";
  readonly span: Span;
  readonly name: Name;
  readonly value: Expression;
}

// ── Statements of blocks, heads and backbones ───────────────────────────────────────────────────────────────────────

export type BodyStatement =
  | LetStatement
  | TapStatement
  | SharedStatement
  | LossStatement
  | ReturnStatement
  | ForStatement<BodyStatement>
  | IfStatement<BodyStatement>;

export type BackboneStatement =
  | LetStatement
  | UnitStatement
  | GroupStatement
  | ForStatement<BackboneStatement>
  | IfStatement<BackboneStatement>;

/** `let n = (depth - 2) / 6`, at the top of a file, in a body or in a backbone. */
export interface LetStatement {
  readonly kind: "Let";
  readonly span: Span;
  readonly name: Name;
  readonly value: Expression;
  readonly documentation?: string;
}

/** `tap residual = body` */
export interface TapStatement {
  readonly kind: "Tap";
  readonly span: Span;
  readonly name: Name;
  readonly value: Expression;
}

/** `shared dictionary = parameter([classes, 512])` */
export interface SharedStatement {
  readonly kind: "Shared";
  readonly span: Span;
  readonly name: Name;
  readonly value: Expression;
}

/** `loss rebuild = mean_squared_error(a, b) weight 5 reach 2` or `reach 3 units` */
export interface LossStatement {
  readonly kind: "Loss";
  readonly span: Span;
  readonly name: Name;
  readonly value: Expression;
  readonly weight?: Expression;
  readonly reach?: { readonly span: Span; readonly count: Expression; readonly inUnits: boolean };
}

/** `return relu(body + skip)` */
export interface ReturnStatement {
  readonly kind: "Return";
  readonly span: Span;
  readonly value: Expression;
}

/** `for s in 1..3 { … }` as a statement. */
export interface ForStatement<Statement> {
  readonly kind: "For";
  readonly span: Span;
  readonly variable: Name;
  readonly over: Expression;
  readonly body: readonly Statement[];
}

/** `if a { … } else { … }` as a statement; `else if` nests. */
export interface IfStatement<Statement> {
  readonly kind: "IfStatement";
  readonly span: Span;
  readonly condition: Expression;
  readonly then: readonly Statement[];
  readonly else: readonly Statement[];
}

/**
 * `unit block[b]: pipeline` (then `body` is absent; the pipeline's first step receives the chain's tensor, so
 * `conv(16, 3) |> relu` is a `Pipe` whose left-most input is a call that still lacks its tensor) or
 * `unit up[1](x) { … }` (then `pipeline` is absent).
 */
export interface UnitStatement {
  readonly kind: "Unit";
  readonly span: Span;
  readonly address: Address;
  readonly pipeline?: Expression;
  readonly input?: Name;
  readonly body?: readonly BodyStatement[];
}

/** `group stage[s] { … }` */
export interface GroupStatement {
  readonly kind: "Group";
  readonly span: Span;
  readonly address: Address;
  readonly body: readonly BackboneStatement[];
}

/** `stage[2].block[1]`: one part per dot. */
export interface Address {
  readonly kind: "Address";
  readonly span: Span;
  readonly parts: readonly AddressPart[];
}

export interface AddressPart {
  readonly span: Span;
  readonly name: Name;
  readonly index?: Expression;
}

// ── Model items ─────────────────────────────────────────────────────────────────────────────────────────────────────

export type ModelItem =
  | InputItem
  | ClassesItem
  | BackboneItem
  | SplitItem
  | HeadsItem
  | ContextItem
  | TrainItem
  | ReadoutItem;

export interface InputItem {
  readonly kind: "Input";
  readonly span: Span;
  readonly shape: Expression;
}

export interface ClassesItem {
  readonly kind: "Classes";
  readonly span: Span;
  readonly count: Expression;
}

/** `backbone resnet_cifar(depth = 32)` */
export interface BackboneItem {
  readonly kind: "UseBackbone";
  readonly span: Span;
  readonly value: Expression;
}

export interface SplitItem {
  readonly kind: "Split";
  readonly span: Span;
  readonly split: SplitClause;
  /** `with stem + stage[1].block[1]`: units that no cut may part. Several clauses are allowed. */
  readonly together: readonly (readonly Address[])[];
}

/** `into 4 by memory` or `after stage[1].block[3], stage[2].block[2]` */
export type SplitClause =
  | { readonly kind: "SplitInto"; readonly span: Span; readonly count: Expression; readonly measure?: Name }
  | { readonly kind: "SplitAfter"; readonly span: Span; readonly addresses: readonly Address[] };

export interface HeadsItem {
  readonly kind: "Heads";
  readonly span: Span;
  readonly entries: readonly SelectorEntry[];
}

export interface ContextItem {
  readonly kind: "Context";
  readonly span: Span;
  readonly entries: readonly SelectorEntry[];
}

/**
 * `local: infopro(…)`, `last - 1: off`, `2..last: …`. The selector is an expression in which `local`, `last` and `each`
 * are names and `a..b` is a `Range`; `off` as value is `undefined`.
 */
export interface SelectorEntry {
  readonly kind: "SelectorEntry";
  readonly span: Span;
  readonly selector: Expression;
  /** undefined: the word `off`. */
  readonly value: Expression | undefined;
  readonly valueSpan: Span;
}

/** `train { … }` or `train NAME { … }` or `train NAME`. */
export interface TrainItem {
  readonly kind: "Train";
  readonly span: Span;
  readonly recipe?: Name;
  readonly fields: readonly Field[];
}

/** `readout: exit(2)` */
export interface ReadoutItem {
  readonly kind: "Readout";
  readonly span: Span;
  readonly value: Expression;
}

// ── Ablations ───────────────────────────────────────────────────────────────────────────────────────────────────────

export type AblateItem = VaryItem | RepeatItem | SkipItem | CompareItem;

/** `vary split: into 1, into 2` · `vary heads.local: dgl(), infopro()` · `vary (a, b): (1, 2), (3, 4)`. */
export interface VaryItem {
  readonly kind: "Vary";
  readonly span: Span;
  readonly paths: readonly Path[];
  /** One row per value; each row has one cell per path. */
  readonly rows: readonly (readonly AblationValue[])[];
}

/** `repeat seed: 1..3` */
export interface RepeatItem {
  readonly kind: "Repeat";
  readonly span: Span;
  readonly path: Path;
  readonly values: Expression;
}

/** `skip when train.batch > 128` */
export interface SkipItem {
  readonly kind: "Skip";
  readonly span: Span;
  readonly condition: Expression;
}

/** `compare to split = into 1` */
export interface CompareItem {
  readonly kind: "Compare";
  readonly span: Span;
  readonly path: Path;
  readonly value: AblationValue;
}

export type AblationValue = SplitClause | Expression;

/** `heads.local.reconstruct`, `train.optimizer.momentum`. */
export interface Path {
  readonly kind: "Path";
  readonly span: Span;
  readonly parts: readonly Name[];
}

// ── Expressions ─────────────────────────────────────────────────────────────────────────────────────────────────────

export type Expression =
  | NumberLiteral
  | StringLiteral
  | BooleanLiteral
  | Reference
  | Placeholder
  | List
  | Comprehension
  | Range
  | Member
  | Index
  | Call
  | Pipe
  | Unary
  | Binary
  | IfExpression
  | Match
  | Lambda
  | Missing;

/** `3`, `0.5`, `1e-4`. `isInteger` says how it was written: `1.0` is a float. */
export interface NumberLiteral {
  readonly kind: "Number";
  readonly span: Span;
  readonly value: number;
  readonly isInteger: boolean;
}

/** `"reflect"`; `value` has the escapes `\n \t \" \\` resolved. */
export interface StringLiteral {
  readonly kind: "String";
  readonly span: Span;
  readonly value: string;
}

export interface BooleanLiteral {
  readonly kind: "Boolean";
  readonly span: Span;
  readonly value: boolean;
}

/** A bare name: a parameter, a `let`, a declaration, an operation, a unit. */
export interface Reference {
  readonly kind: "Reference";
  readonly span: Span;
  readonly name: string;
}

/** `_` in an argument list: makes the call a function of the missing argument. */
export interface Placeholder {
  readonly kind: "Placeholder";
  readonly span: Span;
}

/** `[5, 0]` */
export interface List {
  readonly kind: "List";
  readonly span: Span;
  readonly items: readonly Expression[];
}

/** `[f(i) for i in 1..n]` */
export interface Comprehension {
  readonly kind: "Comprehension";
  readonly span: Span;
  readonly item: Expression;
  readonly variable: Name;
  readonly over: Expression;
}

/** `1..n`, both ends included. */
export interface Range {
  readonly kind: "Range";
  readonly span: Span;
  readonly from: Expression;
  readonly to: Expression;
}

/** `x.channels` */
export interface Member {
  readonly kind: "Member";
  readonly span: Span;
  readonly object: Expression;
  readonly name: Name;
}

/** `widths[s]`, counted from 1; `chain[2..n]` takes a part. */
export interface Index {
  readonly kind: "Index";
  readonly span: Span;
  readonly object: Expression;
  readonly index: Expression;
}

/** `conv(x, 16, 3, stride = 2)`; positional arguments have no name. */
export interface Call {
  readonly kind: "Call";
  readonly span: Span;
  readonly callee: Expression;
  readonly arguments: readonly Argument[];
}

export interface Argument {
  readonly kind: "Argument";
  readonly span: Span;
  readonly name?: Name;
  readonly value: Expression;
}

/** `x |> conv(16, 3) |> relu`: `input` is everything to the left, `stage` the right-most step. */
export interface Pipe {
  readonly kind: "Pipe";
  readonly span: Span;
  readonly input: Expression;
  readonly stage: PipeStage;
}

/** What stands after `|>`: a call without its first argument, a bare name, or a loop the tensor passes through. */
export type PipeStage = Expression | PipeLoop;

/** `for i in 1..3 { conv(64, 1) |> batch_norm |> relu }`; the body's first step receives the tensor. */
export interface PipeLoop {
  readonly kind: "PipeLoop";
  readonly span: Span;
  readonly variable: Name;
  readonly over: Expression;
  readonly body: Expression;
}

export interface Unary {
  readonly kind: "Unary";
  readonly span: Span;
  readonly operator: "-" | "not";
  readonly operand: Expression;
}

export type BinaryOperator = "or" | "and" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/";

export interface Binary {
  readonly kind: "Binary";
  readonly span: Span;
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
}

/** `if a { b } else { c }` as a value. */
export interface IfExpression {
  readonly kind: "If";
  readonly span: Span;
  readonly condition: Expression;
  readonly then: Expression;
  readonly else: Expression;
}

/** `match k { 2: [5, 1], 4: [6, 0], else: [5, 0] }` */
export interface Match {
  readonly kind: "Match";
  readonly span: Span;
  readonly subject: Expression;
  readonly arms: readonly { readonly span: Span; readonly pattern: Expression; readonly value: Expression }[];
  readonly otherwise?: Expression;
}

/** `(state, item) => state * item` */
export interface Lambda {
  readonly kind: "Lambda";
  readonly span: Span;
  readonly parameters: readonly Name[];
  readonly body: Expression;
}

/** Where an expression should be and is not; the parser has said so. */
export interface Missing {
  readonly kind: "Missing";
  readonly span: Span;
}
