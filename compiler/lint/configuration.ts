/** `llnet.config.json`: `{ "rules": { "missing-seed": "off", "lone-stem": "error" } }`. */
import type { Severity } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import { rules } from "./registry.ts";

export interface LintConfiguration {
  /** What a rule counts as, where that is not its own severity; `off`: it is not run. */
  readonly severities: ReadonlyMap<string, Severity | "off">;
}

export const defaultConfiguration: LintConfiguration = { severities: new Map() };

export interface ConfigurationProblem {
  readonly message: string;
  readonly help?: string;
}

const choices = ["off", "info", "warning", "error"] as const;

/** Reads the text of a configuration. What is wrong with it is said, and the rest holds. */
export function readConfiguration(text: string): {
  readonly configuration: LintConfiguration;
  readonly problems: readonly ConfigurationProblem[];
} {
  const severities = new Map<string, Severity | "off">();
  const problems: ConfigurationProblem[] = [];
  const result = { configuration: { severities }, problems };
  const content = parseJson(text);
  if (content === undefined || !isRecord(content)) {
    problems.push({
      message: "the configuration is not a JSON object",
      help: '{ "rules": { "missing-seed": "off" } }',
    });
    return result;
  }
  for (const key of Object.keys(content)) {
    if (key !== "rules")
      problems.push({ message: `there is nothing to configure at \`${key}\``, help: "there is `rules`" });
  }
  const wanted = content["rules"] ?? {};
  if (!isRecord(wanted)) {
    problems.push({ message: "`rules` is not an object", help: '{ "rules": { "missing-seed": "off" } }' });
    return result;
  }
  const names = rules.map(({ name }) => name);
  for (const [name, value] of Object.entries(wanted)) {
    const choice = choices.find((each) => each === value);
    const near = didYouMean(name, names);
    if (!names.includes(name))
      problems.push({ message: `there is no rule \`${name}\``, ...(near !== undefined && { help: near }) });
    else if (choice === undefined) problems.push({ message: `\`${name}\` is neither off nor info, warning or error` });
    else severities.set(name, choice);
  }
  return result;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // said by the caller, with an example
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
