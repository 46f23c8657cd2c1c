/** Writes docs/diagnostics.md from the lists of codes; with `--check` it only says whether the page is up to date. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";

register();
const { catalogue } = await import("../compiler/diagnostics/catalogue.ts");
const { runtimeErrorNames } = await import("../runtime/error-names.ts");
const { commandErrorNames } = await import("../tools/cli/error-names.ts");
const { syntaxProblemNames } = await import("../grammar/syntax-problem.ts");

const page = new URL("../docs/diagnostics.md", import.meta.url);

/** Stands for any fact of a message. */
function blank() {
  return Object.assign(new String("…"), { join: () => "…", map: () => blank(), toLocaleString: () => "…" });
}

function wording({ message }) {
  const text = message(new Proxy({}, { get: blank }));
  return String(text) === "…" ? "worded by what found it" : String(text);
}

function named(names) {
  return Object.entries(names).map(([code, name]) => ({ code, name, severity: "error", message: "" }));
}

const all = [
  ...Object.entries(catalogue).map(([name, entry]) => ({ ...entry, name, message: wording(entry) })),
  ...[syntaxProblemNames, runtimeErrorNames, commandErrorNames].flatMap(named),
].sort((one, other) => one.code.localeCompare(other.code));

const bands = [
  ["LL1", "Syntax"],
  ["LL2", "Names and types"],
  ["LL3", "Shapes"],
  ["LL4", "Splits and isolation"],
  ["LL5", "Losses and heads"],
  ["LL6", "Recipes and training"],
  ["LL7", "Ablations"],
  ["LL8", "Data, runs and weights"],
  ["LL9", "Environment"],
];

const lines = [
  "# Diagnostics",
  "",
  "Everything that can be wrong has a code that is never reused, a name, and at most one message per mistake: what is wrong on",
  "the first line, the place under it, and what to do as help. Errors stop a command (exit 1, 2 or 4), warnings do not.",
  "`llnet explain CODE` prints a code's page. Written by `scripts/generate-diagnostics-page.mjs`; `…` stands for what a message",
  "fills in.",
  "",
];
for (const [band, title] of bands) {
  const entries = all.filter(({ code }) => code.startsWith(band));
  if (entries.length === 0) continue;
  const isWorded = entries.some(({ message }) => message !== "");
  lines.push(`## ${band}: ${title}`, "", isWorded ? "| code | name | message |" : "| code | name |");
  lines.push(isWorded ? "|---|---|---|" : "|---|---|");
  for (const { code, name, severity, message } of entries) {
    const grade = severity === "error" ? "" : ` (${severity})`;
    lines.push(
      `| [${code}](diagnostics/${code}.md) | \`${name}\`${grade} |${isWorded ? ` ${message.replaceAll("|", "\\|")} |` : ""}`,
    );
  }
  lines.push("");
}
const text = lines.join("\n");

if (!process.argv.includes("--check")) {
  writeFileSync(page, text);
} else if (readOrEmpty() !== text) {
  console.error(`${fileURLToPath(page)} is out of date; run: node scripts/generate-diagnostics-page.mjs`);
  process.exitCode = 1;
}

function readOrEmpty() {
  try {
    return readFileSync(page, "utf8");
  } catch {
    return "";
  }
}
