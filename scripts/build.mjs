/**
 * `npm run build`: the command line as one file (`dist/llnet.cjs`) and the library as modules with declarations
 * (`dist/compiler`, `dist/runtime`, `dist/grammar`).
 *
 *     node scripts/build.mjs          everything
 *     node scripts/build.mjs --cli    the command line only (well under a second)
 *     node scripts/build.mjs --install  everything, but a failure is one line and not an error: the install goes on
 */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledLicenses } from "./bundled-licenses.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const require = createRequire(import.meta.url);
const options = new Set(process.argv.slice(2));
/** What the command line runs on other threads: bundles of their own. */
const workers = ["runtime/data/batch-worker", "compiler/ablate/variant-worker"];

async function build() {
  const start = performance.now();
  if (!existsSync(join(root, "node_modules/esbuild"))) {
    throw new Error("esbuild is not installed; run `npm ci` (with its development dependencies) first");
  }
  mkdirSync(dist, { recursive: true });
  copyAssets();
  await bundleCommandLine();
  await bundleTsMorph();
  const library = options.has("--cli") || compileLibrary();
  if (!library && !options.has("--install")) process.exitCode = 1;
  if (!options.has("--cli")) warmUp();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.error(
    `llnet: built ${relative(root, dist)}/ in ${seconds} s${library ? "" : " (the library has type errors: `npm run check types`)"}`,
  );
}

/** One CommonJS file: it starts four times faster than modules do, and only what a command needs is run. */
async function bundleCommandLine() {
  const { build: bundle } = await import("esbuild");
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    minify: true,
    legalComments: "none",
    logLevel: "silent",
    // Only loaded by the commands that need them, from node_modules.
    external: ["ts-morph", "typescript", "@tensorflow/*"],
    // The launcher runs the bundle from a code cache, where only `require` works.
    supported: { "dynamic-import": false },
    plugins: [modulePlaces],
    banner: { js: moduleUrlFunction },
  };
  const began = Date.now() / 1000;
  const inputs = {};
  const bundleOne = async (settings) => {
    const { metafile } = await writeBundle(bundle, { ...common, ...settings, metafile: true });
    Object.assign(inputs, metafile.inputs);
  };
  for (const worker of workers) {
    await bundleOne({ entryPoints: [`${worker}.ts`], banner: workerBanner(), outfile: `dist/${worker}.cjs` });
  }
  await bundleOne({ entryPoints: ["tools/cli/entry.ts"], define: versionDefinition(), outfile: "dist/llnet.cjs" });
  // For the launcher: what the bundles were made of, as it was when the build began.
  const sources = Object.keys(inputs).filter((path) => !path.includes("node_modules"));
  writeFileSync(join(dist, "llnet.cjs.sources"), sources.join("\n"));
  utimesSync(join(dist, "llnet.cjs"), began, began);
  writeFileSync(join(dist, "llnet.cjs.licenses.txt"), bundledLicenses({ inputs }, root));
  removeCaches("llnet.cjs");
}

/** ts-morph with TypeScript in it as one file, which the launcher runs from a code cache: a third of the time to load. */
async function bundleTsMorph() {
  const entry = require.resolve("ts-morph");
  const outfile = "dist/ts-morph.cjs";
  const [made, source] = [join(root, outfile), entry].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs);
  const licenses = join(root, `${outfile}.licenses.txt`);
  if (made !== undefined && made >= source && existsSync(licenses)) return;
  const { build: bundle } = await import("esbuild");
  const settings = { bundle: true, platform: "node", format: "cjs", target: "node20", minify: true };
  const output = { legalComments: "none", logLevel: "silent", outfile, metafile: true };
  const { metafile } = await writeBundle(bundle, { absWorkingDir: root, entryPoints: [entry], ...settings, ...output });
  writeFileSync(licenses, bundledLicenses(metafile, root));
  removeCaches("ts-morph.cjs");
}

/** The code caches of a bundle that is no more. */
function removeCaches(bundle) {
  for (const name of readdirSync(dist))
    if (name.startsWith(`${bundle}.cache`)) rmSync(join(dist, name), { force: true });
}

/** Writes under another name and renames: a command that starts meanwhile never reads half a bundle. */
async function writeBundle(bundle, settings) {
  const result = await bundle({ ...settings, write: false });
  const target = join(root, settings.outfile);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(`${target}.${process.pid}`, result.outputFiles[0].contents);
  renameSync(`${target}.${process.pid}`, target);
  return result;
}

/**
 * Every bundled module keeps thinking that it lies in `dist/` where the library's build puts it; ts-morph is asked for
 * through the launcher, which has it as a bundle.
 */
const modulePlaces = {
  name: "module-places",
  setup(build) {
    build.onLoad({ filter: /\/(grammar|compiler|runtime|tools)\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const place = relative(root, path).replaceAll("\\", "/").replace(/\.ts$/, ".js");
      return {
        loader: "ts",
        contents: text
          .replaceAll('createRequire(import.meta.url)("ts-morph")', 'require("ts-morph")')
          .replaceAll("import.meta.url", `__llnetModuleUrl(${JSON.stringify(place)})`),
      };
    });
  },
};

const moduleUrlFunction =
  'function __llnetModuleUrl(p){return require("node:url").pathToFileURL(require("node:path").join(__dirname,p)).href}';

// Workers' bundles lie deeper: `dist/runtime/data`.
function workerBanner() {
  return { js: moduleUrlFunction.replace("__dirname,p", '__dirname,"../..",p') };
}

function versionDefinition() {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return { LLNET_VERSION: JSON.stringify(version) };
}

/** Files that are read at run time, at the same place relative to the code that reads them. */
function copyAssets() {
  for (const directory of ["runtime/data/digits"]) {
    if (!existsSync(join(root, directory))) continue;
    rmSync(join(dist, directory), { recursive: true, force: true });
    cpSync(join(root, directory), join(dist, directory), { recursive: true });
  }
  const guard = "runtime/engine/stderr-guard.cc";
  if (existsSync(join(root, guard))) {
    mkdirSync(dirname(join(dist, guard)), { recursive: true });
    copyFileSync(join(root, guard), join(dist, guard));
  }
}

/** Modules and declarations; true where there was no type error. JavaScript is written either way. */
function compileLibrary() {
  const typescript = require.resolve("typescript/lib/tsc.js");
  const { status } = spawnSync(process.execPath, [typescript, "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: options.has("--install") ? "ignore" : ["ignore", 2, 2],
  });
  return status === 0;
}

/** The bundler's first error with its place, or the first line of any other. */
function firstError(error) {
  const [first] = error?.errors ?? [];
  if (first !== undefined)
    return `${first.location ? `${first.location.file}:${first.location.line}: ` : ""}${first.text}`;
  return String(error instanceof Error ? error.message : error).split("\n", 1)[0];
}

/** Runs real commands once, so that the code caches the launcher keeps hold the functions these commands use. */
function warmUp() {
  const run = (words, input) =>
    spawnSync(process.execPath, [join(root, "tools/cli/llnet.cjs"), ...words], {
      cwd: root,
      input,
      stdio: [input === undefined ? "ignore" : "pipe", "ignore", "ignore"],
      timeout: 20_000,
      env: { ...process.env, LLNET_WRITE_CODE_CACHE: "1" },
    });
  run(["--help"]);
  const example = join("examples", "digits.llnet");
  const out = mkdtempSync(join(tmpdir(), "llnet-build-"));
  if (existsSync(join(root, example))) {
    for (const words of [["check"], ["fmt", "--check"], ["lint"], ["summary"], ["compile", "-o", out]]) {
      run([...words, example]);
    }
  }
  rmSync(out, { recursive: true, force: true });
  run(["lsp", "--stdio"], initializeMessage());
}

/** A client's first message; the end of the input then ends the server. */
function initializeMessage() {
  const params = { processId: null, rootUri: null, capabilities: {}, workspaceFolders: null };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

try {
  await build();
} catch (error) {
  console.error(`llnet: the build failed: ${firstError(error)}`);
  if (!options.has("--install")) process.exitCode = 1;
  else console.error("llnet: the install goes on; `npm run build` tries again");
}
