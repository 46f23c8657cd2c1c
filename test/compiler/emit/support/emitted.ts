/** What tests do with emitted TypeScript: run it, check its types, format it. */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type * as TypeScript from "typescript";
import * as runtime from "../../../../runtime/index.ts";
import type { StepProgram } from "../../../../runtime/program/step-program.ts";

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL("../../../..", import.meta.url));

export interface EmittedModule {
  readonly program: StepProgram;
  createNetwork(options?: runtime.TrainerOptions): Promise<runtime.Trainer>;
}

/** Runs the text with this repository's runtime. */
export function runEmitted(text: string): EmittedModule {
  const typescript = require("typescript") as typeof TypeScript;
  const { outputText } = typescript.transpileModule(text, {
    compilerOptions: { module: typescript.ModuleKind.CommonJS, target: typescript.ScriptTarget.ES2023 },
  });
  const module = { exports: {} };
  const load = (name: string): unknown => {
    if (name !== "llnet/runtime") throw new Error(`an emitted module imports ${name}`);
    return runtime;
  };
  new Function("require", "module", "exports", outputText)(load, module, module.exports);
  return module.exports as EmittedModule;
}

/** Complaints of the TypeScript compiler, strict and with nothing unused, by file name. */
export function typeProblems(texts: ReadonlyMap<string, string>): string[] {
  const typescript = require("typescript") as typeof TypeScript;
  const { config } = typescript.readConfigFile(`${root}tsconfig.json`, typescript.sys.readFile);
  const { options } = typescript.parseJsonConfigFileContent(config, typescript.sys, root);
  const compilerOptions: TypeScript.CompilerOptions = {
    ...options,
    paths: { "llnet/runtime": [`${root}runtime/index.ts`] },
    exactOptionalPropertyTypes: true,
  };
  const files = new Map([...texts].map(([name, text]) => [`${root}${name}`, text]));
  const host = typescript.createCompilerHost(compilerOptions);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = files.get(path);
    return text === undefined
      ? getSourceFile(path, version, ...rest)
      : typescript.createSourceFile(path, text, version);
  };
  const program = typescript.createProgram([...files.keys()], compilerOptions, host);
  return [...files.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ messageText, start }) => {
      const { line } = file?.getLineAndCharacterOfPosition(start ?? 0) ?? { line: 0 };
      return `${path.slice(root.length)}:${line + 1} ${typescript.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}

/** The text as this project's formatter would write it. */
export function formatted(text: string): string {
  const biome = require.resolve("@biomejs/biome/bin/biome");
  return execFileSync(process.execPath, [biome, "format", "--stdin-file-path=examples/emitted.ts"], {
    cwd: root,
    input: text,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    stdio: ["pipe", "pipe", "pipe"],
  });
}
