/** Where things that rules talk about are written. */
import type { Expression, Field, ModelDeclaration, ModelItem, Span } from "../../grammar/index.ts";
import type { HeadAssignment } from "../2-elaborate/model.ts";
import type { LintContext } from "./rule.ts";

export function itemOf<Kind extends ModelItem["kind"]>(
  { items }: ModelDeclaration,
  kind: Kind,
): Extract<ModelItem, { kind: Kind }> | undefined {
  return items.find((item): item is Extract<ModelItem, { kind: Kind }> => item.kind === kind);
}

/** The split as written, or the model's name. */
export function splitSpan(declaration: ModelDeclaration): Span {
  return itemOf(declaration, "Split")?.span ?? declaration.name.span;
}

/** A field of the model's training: from `train`, or from the recipe it names where that stands in the same file. */
export function trainField(context: LintContext, declaration: ModelDeclaration, name: string): Field | undefined {
  const train = itemOf(declaration, "Train");
  const own = train?.fields.find((field) => field.name.text === name);
  if (own !== undefined || train?.recipe === undefined) return own;
  const recipe = context.project.main.recipes.get(train.recipe.text);
  if (recipe === undefined || recipe.file.path !== context.path) return undefined;
  return recipe.declaration.fields.find((field) => field.name.text === name);
}

/** Where a field of the training is written, or else `train`, or else the model's name. */
export function trainSpan(context: LintContext, declaration: ModelDeclaration, name: string): Span {
  const train = itemOf(declaration, "Train");
  return trainField(context, declaration, name)?.span ?? train?.recipe?.span ?? train?.span ?? declaration.name.span;
}

/** The line of `heads` an assignment comes from, where it is in this file. */
export function headSpan(
  context: LintContext,
  declaration: ModelDeclaration,
  assignment: HeadAssignment | undefined,
): Span {
  if (assignment === undefined || assignment.place.file !== context.path) return declaration.name.span;
  return assignment.place;
}

/** An argument of a call by its name. */
export function argumentOf(node: Expression | undefined, name: string): Expression | undefined {
  if (node?.kind !== "Call") return undefined;
  return node.arguments.find((given) => given.name?.text === name)?.value;
}

/** Where a call could take one more argument: before its closing parenthesis, or behind a bare name. */
export function additionalArgument(node: Expression, argument: string): { readonly span: Span; readonly text: string } {
  const { end } = node.span;
  if (node.kind !== "Call") return { span: { start: end, end }, text: `(${argument})` };
  return { span: { start: end - 1, end: end - 1 }, text: node.arguments.length === 0 ? argument : `, ${argument}` };
}

/** The span with the rest of its line, where nothing else stands on it: what is removed leaves no empty line. */
export function wholeLines(text: string, { start, end }: Span): Span {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const newline = text.indexOf("\n", end);
  const lineEnd = newline === -1 ? text.length : newline + 1;
  const isAlone = text.slice(lineStart, start).trim() === "" && text.slice(end, lineEnd).trim() === "";
  return isAlone ? { start: lineStart, end: lineEnd } : { start, end };
}
