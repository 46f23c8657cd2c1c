/** Which tensors exist when a head or a context runs: nothing of a later module does. */
import type { Evaluation } from "./evaluation.ts";
import type { ModuleView, Source } from "./model.ts";
import type { Given, TensorValue } from "./value.ts";

/** False, with a report, where a tensor is used before it is computed. Its shape may be asked for at any time. */
export function checkAvailable({ origin }: TensorValue, { place }: Given, evaluation: Evaluation): boolean {
  const { module, room } = evaluation;
  if (module === undefined || room === undefined || !("source" in origin)) return true;
  const what = room === "head" ? laterThanHead(origin.source, module) : laterThanContext(origin.source, module);
  if (what === undefined) return true;
  const where = `${room === "head" ? "the head" : "the context"} of module ${module.index}`;
  if (what === "label") {
    const help = "a context is part of the network: it may use `input`, `pixels` and what earlier modules were given";
    evaluation.report("label-in-context", {}, { place, help });
  } else {
    const help = "it can use what modules before it computed; shapes and units of later ones are known";
    evaluation.report("not-computed-yet", { what, where }, { place, help });
  }
  return false;
}

function laterThanHead(source: Source, module: ModuleView): string | undefined {
  const isLater = (unit: number): boolean => unit > (module.units.at(-1)?.index ?? 0);
  if ((source.kind === "unit" || source.kind === "tap") && isLater(source.unit)) return "a unit of a later module";
  if (source.kind === "module_input" && source.module !== undefined && source.module > module.index)
    return `the input of module ${source.module}`;
  return undefined;
}

function laterThanContext(source: Source, module: ModuleView): string | undefined {
  const first = (): number => module.units[0]?.index ?? 1;
  switch (source.kind) {
    case "label":
      return "label";
    case "unit":
    case "tap":
      return source.unit < first() ? undefined : `a unit of module ${module.index} or later`;
    case "module_output":
      return `the output of module ${module.index}`;
    case "module_input": {
      const number = source.module ?? module.index;
      return number < module.index ? undefined : `the input of module ${number}`;
    }
    default:
      return undefined;
  }
}
