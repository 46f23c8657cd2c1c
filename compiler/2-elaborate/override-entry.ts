/** `--set heads.local=…`, `--set context.2..last=…`: the lines of `heads` and `context`. */
import type { Expression, HeadsItem, Name } from "../../grammar/syntax-tree.ts";
import { headWords } from "../1-resolve/built-in-names.ts";
import { unitWords } from "../1-resolve/unit-words.ts";
import type { Override } from "./override.ts";
import { withArgument } from "./override-argument.ts";
import type { Items } from "./override-items.ts";

/** The lines of `heads` or `context`, and the selectors a line can be added for. */
interface Lines {
  readonly kind: "Heads" | "Context";
  readonly root: string;
  readonly ready: readonly string[];
}

export function setEntry(
  items: Items,
  lines: Lines,
  [selector, parameter, ...rest]: readonly string[],
  override: Override,
): Items | undefined {
  const entries = items.flatMap((item) => (item.kind === lines.kind ? item.entries : []));
  const selectors = [...new Set([...lines.ready, ...entries.map((entry) => selectorText(entry.selector))])];
  const known = selectors.map((each) => `${lines.root}.${each}`);
  if (selector === undefined || rest.length > 0) return override.unknown(known);
  const entry = entries.findLast((each) => selectorText(each.selector) === selector);
  if (parameter !== undefined) {
    // A context is any expression; only a head is a call with parameters.
    if (entry?.value === undefined || lines.kind === "Context") return override.unknown(known);
    const value = withArgument(
      entry.value,
      parameter,
      1,
      [lines.root, selector],
      override,
      entryWords(items, override),
    );
    return value && replaceEntry(items, entry, { ...entry, value });
  }
  const isReady = lines.ready.includes(selector) || /^[1-9][0-9]*$/.test(selector);
  if (entry === undefined && !isReady) return override.unknown(known);
  const value = override.expression([...entryWords(items, override), "off"]);
  if (value === undefined) return undefined;
  const isOff = value.kind === "Reference" && value.name === "off";
  const selected = entry?.selector ?? selectorNode(selector, value.span);
  const made = {
    kind: "SelectorEntry" as const,
    span: value.span,
    selector: selected,
    value: isOff ? undefined : value,
    valueSpan: value.span,
  };
  const origin = override.origins.get(value);
  if (origin !== undefined) override.origins.set(made, origin);
  return entry === undefined ? addEntry(items, lines.kind, made) : replaceEntry(items, entry, made);
}

/** What a line of `heads` or `context` may name. */
function entryWords(items: Items, { home }: Override): readonly string[] {
  return [...headWords, "module", ...unitWords({ items }, home)];
}

function selectorNode(text: string, span: Name["span"]): Expression {
  const [from, to] = text.split("..");
  if (from !== undefined && to !== undefined)
    return { kind: "Range", span, from: selectorNode(from, span), to: selectorNode(to, span) };
  if (/^[0-9]/.test(text)) return { kind: "Number", span, value: Number(text), isInteger: true };
  return { kind: "Reference", span, name: text };
}

/** `local`, `2`, `last - 1`, `2..last`: how a selector is written in a path, without spaces. */
function selectorText(node: Expression): string {
  switch (node.kind) {
    case "Reference":
      return node.name;
    case "Number":
      return String(node.value);
    case "Range":
      return `${selectorText(node.from)}..${selectorText(node.to)}`;
    case "Binary":
      return `${selectorText(node.left)}${node.operator}${selectorText(node.right)}`;
    default:
      return "";
  }
}

type Entry = HeadsItem["entries"][number];

function addEntry(items: Items, kind: Lines["kind"], entry: Entry): Items {
  const lines = items.find((item) => item.kind === kind);
  if (lines?.kind !== "Heads" && lines?.kind !== "Context")
    return [...items, { kind, span: entry.span, entries: [entry] }];
  return items.map((item) => (item === lines ? { ...lines, entries: [...lines.entries, entry] } : item));
}

function replaceEntry(items: Items, old: Entry, entry: Entry): Items {
  return items.map((item) =>
    item.kind === "Heads" || item.kind === "Context"
      ? { ...item, entries: item.entries.map((each) => (each === old ? entry : each)) }
      : item,
  );
}
