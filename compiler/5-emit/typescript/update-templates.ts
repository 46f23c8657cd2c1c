/** Updates that move their weights alike: one function for all of them, whatever the weight's address and shape. */
import type { AttributeValue, ValueNumber } from "../../../runtime/program/step-program.ts";
import type { Fragment } from "./fragments.ts";
import { type Local, localOf } from "./local.ts";
import { gradientOf, type Update } from "./updates.ts";
import { isScalar } from "./varying.ts";

export interface UpdateTemplate {
  readonly id: string;
  readonly key: string;
  readonly first: Update;
  readonly fragment: Fragment;
  readonly gradient: ValueNumber | undefined;
  readonly namesGradient: boolean;
}

export interface UpdateTemplates {
  list(): readonly UpdateTemplate[];
  /** The identity of an update's template; `namesGradient` where the function also says what the gradient is. */
  describe(update: Update, fragment: Fragment, namesGradient: boolean): string;
  of(update: Update): UpdateTemplate;
}

export function createUpdateTemplates(): UpdateTemplates {
  const templates = new Map<string, UpdateTemplate>();
  const known = new Map<Update, UpdateTemplate>();
  return {
    list: () => [...templates.values()],
    describe(update, fragment, namesGradient) {
      const key = `${namesGradient} ${describeUpdate(update)}`;
      let template = templates.get(key);
      if (template === undefined) {
        const gradient = gradientOf(update, fragment.procedure);
        template = { id: `update${templates.size + 1}`, key, first: update, fragment, gradient, namesGradient };
        templates.set(key, template);
      }
      known.set(update, template);
      return template.id;
    },
    of: (update) => known.get(update) as UpdateTemplate,
  };
}

/** Equal for all weights that move alike: neither address nor shape is in it. */
function describeUpdate({ weight, instructions, imports }: Update): string {
  const locals = new Map<ValueNumber, Local>();
  for (const value of imports) locals.set(value, localOf("i", locals.size));
  let text = "";
  for (const { primitive, operands, results, attributes, variables, label } of instructions) {
    text += `${primitive} ${label}`;
    for (const value of operands) text += ` ${locals.get(value)}`;
    for (const value of results) locals.set(value, localOf("d", locals.size));
    for (const name in attributes) {
      const value = attributes[name] as AttributeValue;
      const isShape = primitive === "fill" && name === "shape";
      text += ` ${name}=${isShape ? "" : isScalar(value) ? `${value.value}*${value.batchPower}` : value}`;
    }
    for (const address of variables) text += ` ${address.startsWith(weight) ? address.slice(weight.length) : address}`;
    text += "; ";
  }
  return text;
}
