// Builds the binding against TensorFlow for CUDA: pip's `tensorflow[and-cuda]` in a Python environment of its own inside
// the cache (several GB), NVIDIA's libraries named in the addon so that the dynamic loader finds them by itself.
import { existsSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { libraryFiles, tensorflowVersion } from "./locations.mjs";
import { pythons } from "./python-package.mjs";
import { step } from "./report.mjs";
import { lastLine, runCommand } from "./run-command.mjs";

const bytesNeeded = 12_000_000_000;
const completeFile = "complete.json";

/** Why this machine cannot have a CUDA engine, or null. */
export async function cudaObstacle(environment) {
  if (process.platform !== "linux" || process.arch !== "x64")
    return `TensorFlow computes on CUDA on Linux x64 only, this is ${process.platform} ${process.arch}`;
  const driver = await runCommand("nvidia-smi", ["-L"], { timeout: 20_000, environment });
  if (driver.missing) return "no NVIDIA driver found (nvidia-smi is not there)";
  if (!driver.ok) return `the NVIDIA driver does not work: ${lastLine(driver)}`;
  return /GPU \d+:/.test(driver.stdout) ? null : "the NVIDIA driver finds no GPU";
}

/** TensorFlow for CUDA as a library to compile against, installed into `cache` unless it is there; else `{ reason }`. */
export async function installCudaLibrary(cache, environment) {
  const place = join(cache, `cuda-tensorflow-${tensorflowVersion}`);
  if (!isComplete(place)) {
    const space = statfsSync(cache);
    if (space.bavail * space.bsize < bytesNeeded) return { reason: `less than 12 GB is free in ${cache}` };
    const made = await makeEnvironment(place, environment);
    if (made.reason) {
      rmSync(place, { recursive: true, force: true });
      return made;
    }
    writeFileSync(join(place, completeFile), `${JSON.stringify({ version: tensorflowVersion })}\n`);
  }
  const packages = findSitePackages(place);
  const folder = packages === null ? null : join(packages, "tensorflow");
  if (folder === null || !libraryFiles.every((file) => existsSync(join(folder, file)))) {
    rmSync(place, { recursive: true, force: true });
    return { reason: `pip's tensorflow ${tensorflowVersion} has no C libraries` };
  }
  return { folder, version: tensorflowVersion, source: "cuda", linkArguments: cudaLinkArguments(packages) };
}

async function makeEnvironment(place, environment) {
  let reason = "no Python found";
  for (const python of pythons(environment)) {
    rmSync(place, { recursive: true, force: true });
    const made = await runCommand(python, ["-m", "venv", place], { timeout: 120_000, environment });
    if (made.missing) continue;
    if (!made.ok) {
      reason = `the Python \`${python}\` makes no environment: ${lastLine(made)}`;
      continue;
    }
    const installed = await step(`installing TensorFlow ${tensorflowVersion} for CUDA with pip (several GB)`, () =>
      runCommand(join(place, "bin", "python"), pipArguments(), { timeout: 3_600_000, environment }),
    );
    if (installed.ok) return {};
    reason = `pip could not install tensorflow[and-cuda] ${tensorflowVersion}: ${lastLine(installed)}`;
  }
  return { reason };
}

export function pipArguments() {
  return [
    ...["-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input", "--no-cache-dir"],
    ...["--retries", "2", "--timeout", "30", "--only-binary=:all:", `tensorflow[and-cuda]==${tensorflowVersion}`],
  ];
}

// What TensorFlow opens by name while it runs. Named by our addon they are loaded with it, and found then without
// LD_LIBRARY_PATH; cuDNN's own parts lie beside it, where it looks itself.
const opened = /^lib(cudart|cublas|cublasLt|cufft|curand|cusolver|cusparse|nvJitLink|cudnn|nccl|cupti)\.so\.\d+$/;

/** What the compiler needs to be told about NVIDIA's libraries in Python's folder of packages. */
export function cudaLinkArguments(packages) {
  const vendor = join(packages, "nvidia");
  const folders = namesIn(vendor)
    .map((name) => join(vendor, name, "lib"))
    .filter((folder) => namesIn(folder).some((file) => opened.test(file)));
  const libraries = folders.flatMap((folder) => namesIn(folder).filter((file) => opened.test(file)));
  return [
    ...folders.flatMap((folder) => ["-L", folder, "-Xlinker", "-rpath", "-Xlinker", folder]),
    // The old kind of path also serves the libraries that these libraries need.
    "-Wl,--disable-new-dtags",
    "-Wl,--no-as-needed",
    ...libraries.map((file) => `-l:${file}`),
  ];
}

export function findSitePackages(place) {
  const python = namesIn(join(place, "lib")).find((name) => /^python3\.\d+$/.test(name));
  return python === undefined ? null : join(place, "lib", python, "site-packages");
}

function isComplete(place) {
  try {
    return JSON.parse(readFileSync(join(place, completeFile), "utf8")).version === tensorflowVersion;
  } catch {
    return false;
  }
}

function namesIn(folder) {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
