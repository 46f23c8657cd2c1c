// Keeps TensorFlow's two C libraries and their headers, taken out of a wheel that any pip downloads. The libraries do not
// need Python to run.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { libraryFiles, libraryFolderName, tensorflowVersion } from "./locations.mjs";
import { pythons } from "./python-package.mjs";
import { lastLine, runCommand } from "./run-command.mjs";
import { extractSome } from "./zip.mjs";

const wanted =
  /^tensorflow\/(libtensorflow_(?:cc|framework)\.so\.2|include\/(?:tensorflow\/c\/(?:(?:c_api|c_api_macros|tf_attrtype|tf_buffer|tf_datatype|tf_status|tf_tensor|tf_tstring)\.h|eager\/c_api\.h)|(?:tensorflow\/core|tsl)\/platform\/ctstring(?:_internal)?\.h|xla\/tsl\/c\/tsl_status\.h)|THIRD_PARTY_NOTICES\.txt)$/;
const wheelPlatforms = { x64: "manylinux_2_27_x86_64", arm64: "manylinux_2_27_aarch64" };
const bytesNeeded = 1_500_000_000;
const completeFile = "complete.json";

/** The libraries we keep in `cache`, or null when they are absent or not whole. */
export function findKeptLibrary(cache) {
  const folder = join(cache, libraryFolderName(tensorflowVersion, process.platform, process.arch));
  try {
    const { sizes } = JSON.parse(readFileSync(join(folder, completeFile), "utf8"));
    const whole = libraryFiles.every((file) => statSync(join(folder, file)).size === sizes[file]);
    return whole ? { folder, version: tensorflowVersion, source: "pip" } : null;
  } catch {
    return null;
  }
}

/** Downloads the wheel with the first pip that can and keeps its libraries in `cache`; else `{ reason }`. */
export async function fetchWithPip(cache, environment, step) {
  const platform = wheelPlatforms[process.arch];
  if (!platform) return { reason: `TensorFlow has no wheel for ${process.platform} ${process.arch}` };
  const space = statfsSync(cache);
  if (space.bavail * space.bsize < bytesNeeded) return { reason: `less than 1.5 GB is free in ${cache}` };
  const work = mkdtempSync(join(cache, "libtensorflow.tmp-"));
  try {
    const download = await step(`downloading TensorFlow ${tensorflowVersion} with pip (274 MB)`, () =>
      runPip(work, platform, environment),
    );
    const wheel = readdirSync(work).find((name) => name.endsWith(".whl"));
    if (!wheel) return { reason: download.reason ?? "pip downloaded no wheel" };
    const folder = join(work, "library");
    await step("unpacking TensorFlow", () => unpack(join(work, wheel), folder));
    return keep(cache, folder);
  } catch (error) {
    return { reason: `the TensorFlow wheel could not be unpacked: ${error.message}` };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function runPip(work, platform, environment) {
  const options = [
    "download",
    "-q",
    "--disable-pip-version-check",
    "--no-input",
    "--retries",
    "1",
    "--timeout",
    "20",
    "--no-deps",
    "--no-cache-dir",
    "--only-binary=:all:",
    "--implementation",
    "cp",
    "--python-version",
    "3.11",
    "--platform",
    platform,
    "-d",
    work,
    `tensorflow-cpu==${tensorflowVersion}`,
  ];
  const pips = [...pythons(environment).map((python) => [python, "-m", "pip"]), ["pip3"], ["pip"]];
  let reason = "no pip found";
  for (const [file, ...prefix] of pips) {
    const result = await runCommand(file, [...prefix, ...options], { timeout: 600_000, cwd: work, environment });
    if (result.ok) return {};
    if (result.missing || /No module named pip/.test(result.stderr)) continue;
    reason = `pip could not download tensorflow-cpu ${tensorflowVersion}: ${lastLine(result)}`;
  }
  return { reason };
}

async function unpack(wheel, folder) {
  const written = await extractSome(
    wheel,
    folder,
    (name) => (wanted.test(name) ? name.slice("tensorflow/".length) : null),
    AbortSignal.timeout(300_000),
  );
  rmSync(wheel);
  const missing = libraryFiles.filter((file) => !written.includes(file));
  if (missing.length > 0) throw new Error(`it lacks ${missing.join(" and ")}`);
  // Only ever our own copy. Symbols for debuggers are a quarter of it; a machine without `strip` keeps them.
  for (const file of libraryFiles) await runCommand("strip", ["-s", join(folder, file)], { timeout: 120_000 });
}

function keep(cache, folder) {
  const sizes = Object.fromEntries(libraryFiles.map((file) => [file, statSync(join(folder, file)).size]));
  writeFileSync(join(folder, completeFile), `${JSON.stringify({ version: tensorflowVersion, sizes }, null, 2)}\n`);
  const kept = join(cache, libraryFolderName(tensorflowVersion, process.platform, process.arch));
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  renameSync(folder, kept);
  return { folder: kept, version: tensorflowVersion, source: "pip" };
}
