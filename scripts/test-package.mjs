/**
 * `npm run test:package`: packs the project as it would be published, installs the archive into an empty project without
 * any install script, and uses it there: by `import`, type-checked, and by `npx llnet`, on the portable engine. publint and
 * are-the-types-wrong look at the archive too. Needs the package registry or npm's cache; about two minutes.
 */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), "llnet-package-"));
const project = join(scratch, "project");
const started = Date.now();
let failures = 0;

check("the project is built", () => run(root, "npm", ["run", "--silent", "build"]));
check("npm packs it", () => run(root, "npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", scratch]));
const archive = readdirSync(scratch).find((name) => name.endsWith(".tgz")) ?? "missing.tgz";
check("publint has nothing to say", () => run(root, "npx", ["publint", "run", join(scratch, archive), "--strict"]));
check("the types are right for whoever imports them", () =>
  run(root, "npx", ["attw", join(scratch, archive), "--profile", "esm-only", "--no-emoji"]),
);
check("an empty project can install it, without install scripts", () => {
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "name": "somebody", "private": true, "type": "module" }\n');
  return run(project, "npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", join("..", archive)]);
});
check("nothing of this machine is in the archive", () => {
  const files = readdirSync(join(project, "node_modules", "llnet"), { recursive: true });
  const strange = files.filter((file) => /\.cache-|\.tsbuildinfo|\.sources$|test-report|\.test\.|runs\//.test(file));
  return strange.length === 0 ? null : strange.join("\n");
});
check("the README's program runs on the portable engine", () => {
  writeFileSync(join(project, "use.ts"), readmeProgram());
  copyFileSync(join(root, "examples", "digits.llnet"), join(project, "digits.llnet"));
  addNodeTypes();
  const types = run(project, process.execPath, [
    join(root, "node_modules", "typescript", "lib", "tsc.js"),
    ...["--strict", "--module", "nodenext", "--target", "es2022", "--types", "node", "--outDir", ".", "use.ts"],
  ]);
  return types ?? run(project, process.execPath, ["use.js"]);
});
check("npx llnet trains the README's example", () => {
  const { status, stdout, stderr } = spawn(project, "npx", ["llnet", "train", "digits.llnet", "--data", "digits"]);
  const accuracy = Number(/test accuracy ([\d.]+) %/.exec(stdout + stderr)?.[1]);
  return status === 0 && accuracy > 95 && /engine: WebAssembly/.test(stderr) ? null : stdout + stderr;
});
for (const [words, expected] of [
  [["check", "digits.llnet"], /./],
  [["explain", "LL3001"], /shape/],
  [["summary", "digits.llnet", "--json"], /"parameters"/],
  [["compile", "digits.llnet", "-o", "build"], /./],
  [["graph", "digits.llnet", "-o", "digits.svg", "--open", "no"], /./],
  [["doctor"], /portable +usable/],
]) {
  check(`npx llnet ${words.join(" ")}`, () => {
    const { status, stdout, stderr } = spawn(project, "npx", ["llnet", ...words]);
    return status === 0 && expected.test(stdout + stderr) ? null : `status ${status}\n${stdout}${stderr}`;
  });
}
check("emission runs from the bundled ts-morph and its code cache, as in a clone", () => {
  const files = readdirSync(join(project, "node_modules", "llnet", "dist"));
  return files.some((file) => file.startsWith("ts-morph.cjs.cache-")) ? null : files.join("\n");
});
check("the licences of what is bundled are in it", () => {
  const folder = join(project, "node_modules", "llnet", "dist");
  const texts = ["llnet", "ts-morph"].map((name) => readFileSync(join(folder, `${name}.cjs.licenses.txt`), "utf8"));
  return /^chevrotain /m.test(texts[0]) && /^typescript /m.test(texts[1]) ? null : texts.join("\n");
});
console.log(`the archive weighs ${(statSync(join(scratch, archive)).size / 1e6).toFixed(2)} MB`);
rmSync(scratch, { recursive: true, force: true });
console.log(`${failures === 0 ? "the package is fine" : `${failures} checks failed`}, ${seconds(started)} s`);
process.exit(failures > 0 ? 1 : 0);

function check(name, work) {
  const began = Date.now();
  const complaint = work();
  if (complaint !== null) failures += 1;
  console.log(`${complaint === null ? "ok  " : "FAIL"} ${name} (${seconds(began)} s)`);
  if (complaint !== null) console.log(complaint.replaceAll(/^/gm, "     "));
}

/** Null where the program ends well, else what it wrote. */
function run(folder, file, words) {
  const { status, stdout, stderr } = spawn(folder, file, words);
  return status === 0 ? null : `${stdout}${stderr}`;
}

/** Without a native engine: its cache is empty, and nothing fills it. */
function spawn(folder, file, words) {
  const { LLNET_ENGINE: _, ...inherited } = process.env;
  const env = { ...inherited, LLNET_CACHE: join(scratch, "no-engine"), NO_COLOR: "1" };
  const { status, stdout, stderr, error } = spawnSync(file, words, { cwd: folder, env, encoding: "utf8" });
  return { status, stdout: stdout ?? "", stderr: `${stderr ?? ""}${error?.message ?? ""}` };
}

/** The program under "From TypeScript", so that what people are told to write is what is tried. */
function readmeProgram() {
  const text = readFileSync(join(root, "README.md"), "utf8");
  const program = /```ts\n([\s\S]*?)```/.exec(text)?.[1];
  if (program === undefined) throw new Error("the README has no TypeScript program");
  const changed = program.replace('"examples/digits.llnet"', '"digits.llnet"').replace('"graph"', '"portable"');
  if (!changed.includes('"portable"')) throw new Error("the README's program does not choose its executor any more");
  return changed;
}

/** The declarations a TypeScript user has: Node's own. */
function addNodeTypes() {
  for (const name of ["@types/node", "undici-types"])
    cpSync(join(root, "node_modules", name), join(project, "node_modules", name), { recursive: true });
}

function seconds(since) {
  return ((Date.now() - since) / 1000).toFixed(1);
}
