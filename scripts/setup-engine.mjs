// Makes the native engine ready after `npm install`: TensorFlow's libraries and an addon compiled against them, kept in a
// cache that all clones share. It never fails an install: it always ends with status 0, asks nothing, limits every step
// in time, and says in one line what it found or what is missing. `--force` builds again.
import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { checkAddon } from "./engine/check-addon.mjs";
import { compileAddons, recipeHash } from "./engine/compile.mjs";
import { fetchWithPip, findKeptLibrary, findPythonPackage, libraryFiles } from "./engine/libtensorflow.mjs";
import { addonFile, bindingFolderName, cacheFolders, lastSetupFile, recordFile, recordFormat, tfjsVersion } from "./engine/locations.mjs";
import { withLock } from "./engine/lock.mjs";
import { findRecords } from "./engine/records.mjs";
import { endRunningCommands } from "./engine/run-command.mjs";
import { findCompiler, findNodeHeaders, findTfjsSources } from "./engine/sources.mjs";
import { fetchUpstream } from "./engine/upstream.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const started = Date.now();
const retry = "npx llnet engine install";

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    endRunningCommands();
    process.exit(130);
  });
}
try {
  say(await setUpEngine());
} catch (error) {
  // Our own mistake, or a disk that is full: still no reason to fail somebody's install.
  say(`no native engine: ${error.message.split("\n")[0]}; try again with \`${retry}\``);
}
process.exit(0);

async function setUpEngine() {
  const wish = process.env.LLNET_ENGINE;
  if (wish === "none" || wish === "portable") return `skipped (LLNET_ENGINE=${wish})`;
  const caches = cacheFolders(process.env, home(), root);
  const recipe = recipeHash(root);
  const force = process.argv.includes("--force");
  if (!force) {
    const working = await findWorking(caches, recipe);
    if (working) return describe(working, "already there");
  }
  const cache = caches.find(isWritable);
  if (!cache) return `no native engine: neither ${caches.join(" nor ")} can be written; set LLNET_CACHE and run \`${retry}\``;
  let told = false;
  const onWait = () => {
    if (!told) say("another install is building the engine; waiting for it…");
    told = true;
  };
  const locked = await withLock(cache, { patience: 900_000, onWait }, async () => {
    const other = force ? null : await findWorking([cache], recipe);
    if (other) return { record: other };
    removeLeftovers(cache);
    const built = await build(cache, recipe);
    noteSetup(cache, built);
    return built;
  });
  if (!locked.held) return `no native engine: another install has been at work for long; try again with \`${retry}\``;
  const { record, reasons } = locked.value;
  if (record) return describe(record, "ready");
  return `no native engine: ${reasons.map(({ reason }) => reason).join("; ")}; try again with \`${retry}\``;
}

async function findWorking(caches, recipe) {
  for (const record of caches.flatMap((cache) => findRecords(cache, recipe))) {
    const check = await step("testing the engine", () => checkAddon(record.addon, root));
    if (check.tensorflow) return record;
  }
  return null;
}

// Tries the ways to an engine in order; the first that computes something wins. `reasons` says why the others did not.
async function build(cache, recipe) {
  const reasons = [];
  const miss = (option, reason) => reasons.push({ option, reason });
  const system = unsupportedSystem();
  const sources = await step("fetching the binding's sources", () => findTfjsSources(root, cache));
  if (sources.reason) {
    miss("native", sources.reason);
    return { record: null, reasons };
  }
  const compiler = await findCompiler(process.env);
  const headers = compiler.reason ? {} : await step("fetching Node's headers", () => findNodeHeaders(root, cache));
  const obstacle = system ?? compiler.reason ?? headers.reason;
  if (obstacle) miss("native", obstacle);
  else {
    for (const [option, findLibrary] of libraryWays(cache)) {
      const library = await findLibrary();
      const record = library?.folder ? await buildAgainst(cache, recipe, sources.folder, headers.folder, compiler, library) : library;
      if (record?.addon) return { record, reasons };
      if (record) miss(option, record.reason);
    }
  }
  const upstream = await buildUpstream(cache, recipe, sources.folder);
  if (upstream.addon) return { record: upstream, reasons };
  miss("upstream", upstream.reason);
  return { record: null, reasons };
}

function libraryWays(cache) {
  return [
    ["cache", async () => findKeptLibrary(cache)],
    ["python-package", () => findPythonPackage(process.env)],
    ["pip", () => fetchWithPip(cache, process.env, step)],
  ];
}

async function buildAgainst(cache, recipe, sources, headers, compiler, library) {
  const folder = mkdtempSync(join(cache, "binding.tmp-"));
  const name = bindingFolderName(library.version, process.platform, process.arch, recipe);
  // Kept libraries are found relative to the addon, so that the whole cache can be moved.
  const inCache = !relative(cache, library.folder).startsWith("..");
  const libraryPath = inCache ? join("..", relative(cache, library.folder)) : library.folder;
  const compiled = await step("compiling the binding", () =>
    compileAddons({ root, sources, headers, compiler, library, folder, libraryPath: isAbsolute(libraryPath) ? libraryPath : `$ORIGIN/${libraryPath}` }),
  );
  if (compiled.reason) {
    rmSync(folder, { recursive: true, force: true });
    return { reason: compiled.reason };
  }
  return finish(cache, folder, name, {
    library: libraryPath,
    source: library.source,
    addon: addonFile,
    guard: compiled.guard,
    compiler: compiler.version,
    libraries: libraryFiles,
  });
}

async function buildUpstream(cache, recipe, sources) {
  const folder = mkdtempSync(join(cache, "binding.tmp-"));
  const fetched = await fetchUpstream({ root, sources, folder, step, environment: process.env });
  if (fetched.reason) {
    rmSync(folder, { recursive: true, force: true });
    return fetched;
  }
  const libraries = readdirSync(join(folder, fetched.library));
  return finish(cache, folder, null, { ...fetched, source: "upstream", guard: null, compiler: null, libraries }, recipe);
}

// Tests the new addon, writes its record and moves the folder into place: whoever finds a record finds a whole engine.
async function finish(cache, folder, name, made, recipe) {
  // The temporary folder lies beside the final one, so that the way to the libraries is the same from both.
  const check = await step("testing the engine", () => checkAddon(join(folder, made.addon), root));
  if (!check.tensorflow) {
    rmSync(folder, { recursive: true, force: true });
    return { reason: `the compiled binding does not work: ${check.reason}` };
  }
  const { libraries, ...rest } = made;
  const library = isAbsolute(made.library) ? made.library : join(folder, made.library);
  const files = [made.addon, ...(made.guard ? [made.guard] : [])];
  const sizes = Object.fromEntries([
    ...files.map((file) => [file, statSync(join(folder, file)).size]),
    ...libraries.map((file) => [`library/${file}`, statSync(join(library, file)).size]),
  ]);
  const record = {
    format: recordFormat, kind: check.gpu ? "cuda" : "cpu", tensorflow: check.tensorflow, tfjs: tfjsVersion,
    platform: process.platform, architecture: process.arch, ...rest, node: process.version, built: new Date().toISOString(), sizes,
  };
  writeFileSync(join(folder, recordFile), `${JSON.stringify(record, null, 2)}\n`);
  // mkdtemp makes a folder for its owner only; a cache may be shared.
  chmodSync(folder, 0o755);
  const target = join(cache, name ?? bindingFolderName(check.tensorflow, process.platform, process.arch, recipe));
  rmSync(target, { recursive: true, force: true });
  renameSync(folder, target);
  return { ...record, folder: target, addon: join(target, made.addon) };
}

// Runs a step and says what it is when it takes longer than two seconds.
async function step(text, work) {
  const timer = setTimeout(() => say(`${text}…`), 2_000);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}

function unsupportedSystem() {
  if (process.platform !== "linux") return `no recipe to compile on ${process.platform} ${process.arch}`;
  process.report.excludeNetwork = true;
  const { glibcVersionRuntime } = process.report.getReport().header;
  return glibcVersionRuntime ? null : "TensorFlow's libraries need glibc, which this system does not use";
}

// Only called while the lock is held: whatever has a temporary name belongs to an install that was cut short.
function removeLeftovers(cache) {
  for (const name of readdirSync(cache)) {
    if (/^(binding|libtensorflow|package)\.tmp-/.test(name)) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

// For `llnet doctor`: why the better ways did not work out, kept beside the engines.
function noteSetup(cache, { record, reasons }) {
  const note = { when: new Date().toISOString(), ready: record !== null, node: process.version, reasons };
  try {
    writeFileSync(join(cache, lastSetupFile), `${JSON.stringify(note, null, 2)}\n`);
  } catch {
    // The note is a convenience.
  }
}

function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    rmSync(mkdtempSync(join(folder, "package.tmp-")), { recursive: true });
    return existsSync(folder);
  } catch {
    return false;
  }
}

function home() {
  try {
    return homedir();
  } catch {
    return null;
  }
}

function describe(record, how) {
  return `${record.kind} engine ${how}: TensorFlow ${record.tensorflow}, ${((Date.now() - started) / 1000).toFixed(1)} s`;
}

function say(text) {
  console.log(`llnet: ${text}`);
}
