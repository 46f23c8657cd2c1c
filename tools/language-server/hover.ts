import { countParameters } from "../../compiler/3-scope/measure-fragment.ts";
import type { Snapshot } from "../../compiler/incremental/index.ts";
import type { BackboneDeclaration, ModelDeclaration, Span } from "../../grammar/index.ts";
import { count, signatureOf, signatureOfOperation, type UnitFacts, unitFacts } from "./describe.ts";
import { innermost, syntaxPath } from "./syntax-path.ts";
import { meaningOf, occurrenceAt, type View } from "./view.ts";

/** Markdown about what stands at an offset, and its span as the editor counts. */
export function hoverAt(view: View, snapshot: Snapshot, offset: number): { text: string; span: Span } | undefined {
  const path = syntaxPath(snapshot.tree, view.toKept(offset));
  const address = innermost(path, "Address");
  const unit = innermost(path, "Unit");
  const model = innermost(path, "Model");
  const shown = (span: Span, text: string) => {
    const at = view.toShown(span);
    return at && text !== "" ? { text, span: at } : undefined;
  };
  if (address !== undefined && unit?.address === address) return shown(address.span, aboutUnits(unit.span, snapshot));
  if (address !== undefined && model !== undefined) {
    const written = snapshot.tree.text.slice(address.span.start, address.span.end).replace(/\s/g, "");
    return shown(address.span, aboutAddress(written, model, snapshot));
  }
  const found = occurrenceAt(view, offset);
  if (found === undefined) return undefined;
  const { occurrence, declaration } = found;
  const meaning = meaningOf(occurrence, declaration, view);
  if (meaning === undefined) {
    const operation = occurrence.role === "use" ? signatureOfOperation(occurrence.name) : undefined;
    return operation && shown(occurrence.span, fenced(operation.label, operation.documentation));
  }
  if (meaning.parameter !== undefined && meaning.declaration !== undefined) {
    const parameter = signatureOf(meaning.declaration)?.parameters.find(({ name }) => name === meaning.name);
    return shown(occurrence.span, fenced(parameter?.label ?? meaning.name, `a parameter of \`${nameOf(meaning)}\``));
  }
  if (meaning.declaration === undefined) return shown(occurrence.span, fenced(`let ${meaning.name}`, ""));
  const signature = signatureOf(meaning.declaration);
  const about = meaning.declaration.kind === "Model" ? aboutModel(meaning.declaration, snapshot) : "";
  const home = meaning.path.startsWith("std/") ? `\n\nfrom "${meaning.path.replace(/\.llnet$/, "")}"` : "";
  return signature && shown(occurrence.span, fenced(signature.label, `${signature.documentation}${about}${home}`));
}

function nameOf({ declaration }: { readonly declaration?: object }): string {
  return (declaration as { name?: { text: string } } | undefined)?.name?.text ?? "";
}

function fenced(code: string, text: string): string {
  return `\`\`\`llnet\n${code}\n\`\`\`${text === "" ? "" : `\n${text}`}`;
}

/** What a line of a backbone becomes in the models of the file: one unit, or several. */
export function unitsOf(
  span: Span,
  scoped: NonNullable<ReturnType<Snapshot["scopedModel"]>>,
  path: string,
): UnitFacts[] {
  const facts = unitFacts(scoped);
  return scoped.model.backbone.units
    .filter(({ place }) => place.file === path && span.start <= place.start && place.end <= span.end)
    .flatMap(({ index }) => facts(index) ?? []);
}

function aboutUnits(span: Span, snapshot: Snapshot): string {
  const parts: string[] = [];
  for (const model of modelsUsing(span, snapshot)) {
    const scoped = snapshot.scopedModel(model);
    const units = scoped === undefined ? [] : unitsOf(span, scoped, snapshot.path);
    if (units.length === 0) continue;
    const rest = units.length > 4 ? `\n\n… and ${units.length - 4} more` : "";
    parts.push(
      `In \`${model.name.text}\`:\n\n${units
        .slice(0, 4)
        .map(({ text }) => text())
        .join("\n\n")}${rest}`,
    );
    if (parts.length === 2) break;
  }
  return parts.join("\n\n---\n\n");
}

/** The models of the file that are built from the backbone a place stands in. */
export function modelsUsing(span: Span, { tree, project }: Snapshot): readonly ModelDeclaration[] {
  const home = tree.declarations.find(
    (each): each is BackboneDeclaration =>
      each.kind === "Backbone" && each.span.start <= span.start && span.end <= each.span.end,
  );
  return project.main.models.filter(({ items }) => {
    const value = items.find((item) => item.kind === "UseBackbone")?.value;
    const callee = value?.kind === "Call" ? value.callee : value;
    return callee?.kind === "Reference" && home !== undefined && callee.name === home.name.text;
  });
}

function aboutAddress(written: string, model: ModelDeclaration, snapshot: Snapshot): string {
  const scoped = snapshot.scopedModel(model);
  const unit = scoped?.model.backbone.units.find(({ address }) => address === written);
  return scoped === undefined || unit === undefined ? "" : (unitFacts(scoped)(unit.index)?.text() ?? "");
}

function aboutModel(model: ModelDeclaration, snapshot: Snapshot): string {
  const scoped = snapshot.project.main.models.includes(model) ? snapshot.scopedModel(model) : undefined;
  if (scoped === undefined) return "";
  const rows = scoped.modules.map(({ index, units, head, output }) => {
    const parameters = units.reduce((sum, { fragment }) => sum + countParameters(fragment), 0);
    const losses = scoped.losses
      .filter(({ module }) => module === index)
      .map(({ name }) => `\`${name.split(".").at(-1)}\``);
    return `| ${index} | ${units.length} | ${count(parameters)} | \`[${output.shape.slice(1).join(", ")}]\` | ${head?.title.replaceAll("|", "\\|") ?? "none"} | ${losses.join(", ")} |`;
  });
  return `\n\n| module | units | parameters | gives | head | losses |\n|---|---|---|---|---|---|\n${rows.join("\n")}`;
}
