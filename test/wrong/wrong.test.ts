/**
 * A folder is a case: `net.llnet`, what it imports, and `expected.txt` with its diagnostics as a user sees them. The folder
 * begins with the code that is to be raised; `options.json` holds the model or the overrides asked for.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import {
  type CompileOptions,
  check,
  compile,
  createMemoryHost,
  type Diagnostic,
  renderDiagnostic,
  type SourceHost,
} from "../../compiler/index.ts";
import { createFileHost } from "../../compiler/source/file-host.ts";

const folder = new URL("./", import.meta.url);
const cases = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

interface Options extends Pick<CompileOptions, "model" | "set"> {
  /** Compile, and not only check: a file without a model is fine until then. */
  readonly compile?: true;
  /** Read from the disk, and not as texts: for a file that is none. */
  readonly onDisk?: true;
}

function diagnosticsOf(name: string): { readonly diagnostics: readonly Diagnostic[]; readonly rendered: string } {
  const own = new URL(`${name}/`, folder);
  const place = new URL("options.json", own);
  const options = existsSync(place) ? (JSON.parse(readFileSync(place, "utf8")) as Options) : {};
  const given =
    options.onDisk === true ? { file: `test/wrong/${name}/net.llnet` } : { file: "net.llnet", host: hostOf(own) };
  const { diagnostics, sources } =
    options.compile === true || options.set !== undefined
      ? compile({ ...given, ...options })
      : check({ ...given, ...options });
  return { diagnostics, rendered: diagnostics.map((each) => renderDiagnostic(each, sources)).join("\n\n") };
}

function hostOf(own: URL): SourceHost {
  const names = readdirSync(own).filter((file) => file.endsWith(".llnet"));
  const files = Object.fromEntries(names.map((file) => [file, readFileSync(new URL(file, own), "utf8")]));
  return createMemoryHost(files, createFileHost({ packageRoot: resolve(".") }));
}

test.each(cases)("%s: one mistake is one diagnostic, with its place", async (name) => {
  const { diagnostics, rendered } = diagnosticsOf(name);
  await expect(`${rendered}\n`).toMatchFileSnapshot(`${name}/expected.txt`);
  expect(diagnostics.map(({ code }) => code)).toEqual([name.slice(0, 6)]);
});

test("there are at least sixty", () => expect(cases.length).toBeGreaterThanOrEqual(60));
