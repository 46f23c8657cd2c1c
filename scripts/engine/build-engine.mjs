// Makes a new engine: tries the ways to one in order and keeps the first that computes something.
import { chmodSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { checkAddon } from "./check-addon.mjs";
import { compileAddons } from "./compile.mjs";
import { cudaObstacle, installCudaLibrary } from "./cuda.mjs";
import { fetchWithPip, findKeptLibrary } from "./libtensorflow.mjs";
import { addonFile, bindingFolderName, libraryFiles, recordFile, recordFormat, tfjsVersion } from "./locations.mjs";
import { findPythonPackage } from "./python-package.mjs";
import { step } from "./report.mjs";
import { findCompiler, findNodeHeaders, findTfjsSources } from "./sources.mjs";
import { fetchUpstream } from "./upstream.mjs";

/**
 * Returns `{ record, reasons }`: the record of the engine now in `cache`, or null, and for every way that was tried in
 * vain `{ option, reason }`. `place` is `{ root, cache, recipe }`; the caller holds the cache's lock.
 */
export async function buildEngine(place) {
  const { root, cache } = place;
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
      const record = library?.folder
        ? await buildAgainst(place, { sources: sources.folder, headers: headers.folder, compiler, library })
        : library;
      if (record?.addon) return { record, reasons };
      if (record) miss(option, record.reason);
    }
  }
  const upstream = await buildUpstream(place, sources.folder);
  if (upstream.addon) return { record: upstream, reasons };
  miss("upstream", upstream.reason);
  return { record: null, reasons };
}

/**
 * The engine that computes on CUDA, beside the one for the processor: `{ record }` or `{ record: null, reasons }`. Where the
 * library finds no GPU after all, nothing is kept but the library.
 */
export async function buildCudaEngine(place) {
  const { root, cache, recipe } = place;
  const obstacle = await cudaObstacle(process.env);
  if (obstacle) return failed(obstacle);
  const sources = await step("fetching the binding's sources", () => findTfjsSources(root, cache));
  const compiler = await findCompiler(process.env);
  const headers = compiler.reason ? {} : await step("fetching Node's headers", () => findNodeHeaders(root, cache));
  const missing = sources.reason ?? compiler.reason ?? headers.reason;
  if (missing) return failed(missing);
  const library = await installCudaLibrary(cache, process.env);
  if (library.reason) return failed(library.reason);
  const parts = { sources: sources.folder, headers: headers.folder, compiler, library };
  const record = await buildAgainst({ root, cache, recipe: `${recipe}-cuda`, mustHaveGpu: true }, parts);
  return record.addon ? { record, reasons: [] } : failed(record.reason);
}

function failed(reason) {
  return { record: null, reasons: [{ option: "cuda", reason }] };
}

function libraryWays(cache) {
  return [
    ["cache", async () => findKeptLibrary(cache)],
    ["python-package", () => findPythonPackage(process.env)],
    ["pip", () => fetchWithPip(cache, process.env, step)],
  ];
}

async function buildAgainst(place, { sources, headers, compiler, library }) {
  const { root, cache } = place;
  const folder = mkdtempSync(join(cache, "binding.tmp-"));
  // Kept libraries are found relative to the addon, so that the whole cache can be moved.
  const inCache = !relative(cache, library.folder).startsWith("..");
  const libraryPath = inCache ? join("..", relative(cache, library.folder)) : library.folder;
  const compiled = await step("compiling the binding", () =>
    compileAddons({
      root,
      sources,
      headers,
      compiler,
      library,
      folder,
      libraryPath: isAbsolute(libraryPath) ? libraryPath : `$ORIGIN/${libraryPath}`,
    }),
  );
  if (compiled.reason) {
    rmSync(folder, { recursive: true, force: true });
    return { reason: compiled.reason };
  }
  return finish(place, folder, {
    library: libraryPath,
    source: library.source,
    addon: addonFile,
    guard: compiled.guard,
    compiler: compiler.version,
    libraries: libraryFiles,
  });
}

async function buildUpstream(place, sources) {
  const { root, cache } = place;
  const folder = mkdtempSync(join(cache, "binding.tmp-"));
  const fetched = await fetchUpstream({ root, sources, folder, step, environment: process.env });
  if (fetched.reason) {
    rmSync(folder, { recursive: true, force: true });
    return fetched;
  }
  const libraries = readdirSync(join(folder, fetched.library)).filter((file) => file.startsWith("libtensorflow"));
  return finish(place, folder, { ...fetched, source: "upstream", guard: null, compiler: null, libraries });
}

// Tests the new addon, writes its record and moves the folder into place: whoever finds a record finds a whole engine.
async function finish({ root, cache, recipe, mustHaveGpu = false }, folder, made) {
  // The temporary folder lies beside the final one, so that the way to the libraries is the same from both.
  const check = await step("testing the engine", () => checkAddon(join(folder, made.addon), root));
  if (!check.tensorflow) {
    rmSync(folder, { recursive: true, force: true });
    return { reason: `the compiled binding does not work: ${check.reason}` };
  }
  if (mustHaveGpu && !check.gpu) {
    rmSync(folder, { recursive: true, force: true });
    return { reason: "TensorFlow for CUDA works but finds no GPU (is the driver new enough?)" };
  }
  const { libraries, ...rest } = made;
  const library = isAbsolute(made.library) ? made.library : join(folder, made.library);
  const files = [made.addon, ...(made.guard ? [made.guard] : [])];
  const sizes = Object.fromEntries([
    ...files.map((file) => [file, statSync(join(folder, file)).size]),
    ...libraries.map((file) => [`library/${file}`, statSync(join(library, file)).size]),
  ]);
  const record = {
    format: recordFormat,
    kind: check.gpu ? "cuda" : "cpu",
    tensorflow: check.tensorflow,
    tfjs: tfjsVersion,
    platform: process.platform,
    architecture: process.arch,
    ...rest,
    node: process.version,
    built: new Date().toISOString(),
    sizes,
  };
  writeFileSync(join(folder, recordFile), `${JSON.stringify(record, null, 2)}\n`);
  // mkdtemp makes a folder for its owner only; a cache may be shared.
  chmodSync(folder, 0o755);
  const target = join(cache, bindingFolderName(check.tensorflow, process.platform, process.arch, recipe));
  rmSync(target, { recursive: true, force: true });
  renameSync(folder, target);
  return { ...record, folder: target, addon: join(target, made.addon) };
}

function unsupportedSystem() {
  if (process.platform !== "linux") return `no recipe to compile on ${process.platform} ${process.arch}`;
  process.report.excludeNetwork = true;
  const { glibcVersionRuntime } = process.report.getReport().header;
  return glibcVersionRuntime ? null : "TensorFlow's libraries need glibc, which this system does not use";
}
