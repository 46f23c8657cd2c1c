import { type ExpandOptions, expandStudies } from "../../../compiler/ablate/index.ts";
import { renderDiagnostic } from "../../../compiler/index.ts";
import { createFileHost } from "../../../compiler/source/file-host.ts";
import { createMemoryHost } from "../../../compiler/source/source-host.ts";

/** Four units, two heads, and whatever blocks follow. */
export const model = `import { mlp }                from "std/backbones"
import { classifier, greedy } from "std/heads"
head wide(module, hidden = 8) {
  let logits = module.output |> dense(hidden) |> relu |> dense(classes)
  loss classes = cross_entropy(logits, label)
  return logits
}
model net {
  input    [12]
  classes  3
  backbone mlp(widths = [8, 8, 8, 8])
  split into 2
  heads { local: greedy }
  train { batch: 4 epochs: 2 }
}
`;

export function expandText(text: string, options: Partial<ExpandOptions> = {}, files: Record<string, string> = {}) {
  const host = createMemoryHost({ "study.llnet": text, ...files }, createFileHost());
  const expanded = expandStudies({ file: "study.llnet", host, ...options });
  const rendered = expanded.diagnostics.map((each) => renderDiagnostic(each, expanded.sources).trimEnd()).join("\n\n");
  return { ...expanded, rendered };
}

/** The studies of blocks behind the model above. */
export function expandBlocks(blocks: string, options: Partial<ExpandOptions> = {}) {
  return expandText(`${model}${blocks}\n`, options);
}

export function names(expanded: ReturnType<typeof expandText>): readonly string[] {
  return expanded.studies.flatMap(({ variants }) => variants.map(({ name }) => name));
}
