/** What may stand inside each kind of braces, and what to say about everything else. */
import type { IToken } from "chevrotain";
import { nearestKeyword } from "../nearest-keyword.ts";
import type { Span } from "../span.ts";
import type { SyntaxProblemCode, syntaxProblem } from "../syntax-problem.ts";
import { describeToken } from "../wording.ts";

export interface ItemContext {
  /** With its article: "a block". */
  readonly noun: string;
  /** What is expected, when it is not one of `keywords`: "a field such as `batch: 128`". */
  readonly items: string;
  readonly keywords: readonly string[];
  /** Whether this token, with the one after it, begins an item. */
  readonly begins: (token: IToken, next: IToken) => boolean;
  readonly isFile?: boolean;
  /** The braces may be those of an `if`, so an `else` inside shows that they were not closed. */
  readonly isBranch?: boolean;
  /** Items are known by the colon behind their first word, not by keywords. */
  readonly isFields?: boolean;
  /** Keywords of what the list itself stands among: met inside, they show that the list was not closed. */
  readonly siblings?: ReadonlySet<string>;
}

const keywordContext = (noun: string, items: string, keywords: readonly string[], isFile = false): ItemContext => {
  const known = new Set(keywords);
  return { noun, items, keywords, begins: (token) => known.has(token.image), isFile };
};

const branchContext = (noun: string, keywords: readonly string[]): ItemContext => ({
  ...keywordContext(noun, "a statement", keywords),
  isBranch: true,
});

const modelKeywords = ["input", "classes", "backbone", "split", "heads", "context", "train", "readout"];

const fieldContext = (noun: string, items: string): ItemContext => ({
  noun,
  items,
  keywords: [],
  begins: (token, next) =>
    /^\w/.test(token.image) && (next.image === ":" || (/^\d/.test(token.image) && next.image === "..")),
  isFields: true,
  siblings: new Set(modelKeywords),
});

export const contexts = {
  file: keywordContext(
    "a file",
    "a declaration",
    ["import", "let", "fn", "block", "head", "backbone", "recipe", "model", "ablate"],
    true,
  ),
  body: branchContext("this body", ["let", "tap", "shared", "loss", "for", "if", "return"]),
  backbone: branchContext("a backbone", ["let", "unit", "group", "for", "if"]),
  model: keywordContext("a model", "an item", modelKeywords),
  ablate: keywordContext("an ablation", "an item", ["vary", "repeat", "skip", "compare"]),
  fields: fieldContext("this list of fields", "a field such as `batch: 128`"),
  entries: fieldContext("this list", "an entry such as `local: classifier`"),
} as const;

/** Where each keyword is at home, for the help of misplaced ones. */
const homes: Readonly<Record<string, string>> = {
  import: "imports stand at the top of a file",
  fn: "functions stand at the top of a file, outside of all braces",
  block: "blocks are declared at the top of a file; inside a backbone a `unit` uses one",
  head: "heads are declared at the top of a file; a model lists them in `heads { … }`",
  backbone: "backbones are declared at the top of a file or used in a model",
  recipe: "recipes stand at the top of a file",
  model: "models stand at the top of a file",
  ablate: "ablations stand at the top of a file",
  tap: "`tap` stands in a block, a head or the body of a unit",
  shared: "`shared` stands in a head",
  loss: "`loss` stands in a head",
  return: "`return` ends a block, a head or the body of a unit",
  unit: "`unit` stands in a backbone",
  group: "`group` stands in a backbone",
  input: "`input` stands in a model",
  classes: "`classes` stands in a model",
  split: "`split` stands in a model",
  heads: "`heads` stands in a model",
  context: "`context` stands in a model",
  train: "`train` stands in a model",
  readout: "`readout` stands in a model",
  vary: "`vary` stands in an ablation",
  repeat: "`repeat` stands in an ablation",
  skip: "`skip` stands in an ablation",
  compare: "`compare` stands in an ablation",
  let: "`let` stands at the top of a file, in a block, a head or a backbone",
  for: "`for` stands in a block, a head or a backbone",
  if: "`if` stands in a block, a head or a backbone",
};

/** What a recipe holds; written in a model, each belongs between the braces of `train`. */
const recipeFields: ReadonlySet<string> = new Set([
  ...["optimizer", "rate", "batch", "epochs", "seed", "validation", "augment", "normalize", "label_smoothing"],
  ...["order", "cache", "update", "statistics", "memory", "data"],
]);

type Stranger = { readonly code: SyntaxProblemCode; readonly problem: Parameters<typeof syntaxProblem>[1] };

/** Says what is wrong with a token that begins no item of this context. */
export function strangerProblem(context: ItemContext, token: IToken, next: IToken, span: Span): Stranger {
  const { image } = token;
  const home = Object.hasOwn(homes, image) ? homes[image] : undefined;
  if (home !== undefined && !context.keywords.includes(image)) {
    return {
      code: "LL1006",
      problem: { message: `\`${image}\` does not belong in ${context.noun}`, span, label: "misplaced", help: home },
    };
  }
  if (/^[A-Za-z_]/.test(image)) {
    const nearest = nearestKeyword(image, context.keywords);
    const wantsLet = context.keywords.includes("let") && next.image === "=";
    const isRecipes = context === contexts.model && recipeFields.has(image) && next.image === ":";
    const help = wantsLet
      ? `give a value a name with \`let ${image} = …\``
      : isRecipes
        ? `\`${image}\` is a field of the recipe: \`train { ${image}: … }\``
        : nearest !== undefined
          ? `did you mean \`${nearest}\`?`
          : context.keywords.length > 0
            ? `${context.noun} holds ${listOf(context.keywords)}`
            : undefined;
    return {
      code: context.isFile === true ? "LL1005" : "LL1011",
      problem: {
        message: `expected ${context.items}, found ${describeToken(token)}`,
        span,
        label: "not known here",
        help,
      },
    };
  }
  return {
    code: "LL1003",
    problem: {
      message: `expected ${context.items}, found ${describeToken(token)}`,
      span,
      label: "not expected here",
      help: strangerAdvice(context, image),
    },
  };
}

function strangerAdvice(context: ItemContext, image: string): string | undefined {
  if (image === ",") return "one follows the other without commas";
  if (image === "}" && context.isFile === true) return "no `{` is open here";
  if (["+", "-", "*", "/", "==", ".."].includes(image))
    return "a pipe in arithmetic needs parentheses: `(x |> relu) + y`";
  if (image === "(" || image === "[") return `\`${image}\` continues an expression only on the line where it ends`;
  return undefined;
}

function listOf(keywords: readonly string[]): string {
  const quoted = keywords.map((keyword) => `\`${keyword}\``);
  return `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`;
}
