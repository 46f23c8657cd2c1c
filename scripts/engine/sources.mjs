// Finds what the compiler reads: the binding's C++ sources, Node's headers, and the compiler itself.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { tfjsVersion } from "./locations.mjs";
import { lastLine, runCommand } from "./run-command.mjs";

const sourcePackage = {
  name: "@tensorflow/tfjs-node-gpu",
  version: tfjsVersion,
  integrity: "sha512-p//NN6DGiN4hInUmIkRffaFVMcdTREUMjPyjW04J7OXvB2zBlQimj61eFKSgRrH3f5TnOfKzb0n56he/B6a4bw==",
};
const headersPackage = {
  name: "node-api-headers",
  version: "1.9.0",
  integrity: "sha512-2oNILP4jXwRB4ywnYKjVk1YyJ96n2D4EOVJO6S3oYZ5PtbJrw3Yt9TpAuX3nBLMuzn74rnfGQrv13pS9vC+YiA==",
};

/** The folder of tfjs-node-gpu (its JavaScript and its C++ sources): installed, kept from before, or fetched with npm. */
export async function findTfjsSources(root, cache) {
  return findPackage(root, cache, sourcePackage, "binding/tfjs_backend.cc");
}

/** A folder that has `node_api.h`: the running Node's own, else the `node-api-headers` package. */
export async function findNodeHeaders(root, cache) {
  const prefix = dirname(dirname(process.execPath));
  for (const folder of [join(prefix, "include", "node"), "/usr/include/node", "/usr/local/include/node"]) {
    if (existsSync(join(folder, "node_api.h"))) return { folder };
  }
  const found = await findPackage(root, cache, headersPackage, "include/node_api.h");
  return found.folder ? { folder: join(found.folder, "include") } : found;
}

/** The first C++ compiler that starts: `$CXX`, `g++`, `clang++`, `c++`. */
export async function findCompiler(environment) {
  const wanted = environment.CXX ? [environment.CXX] : ["g++", "clang++", "c++"];
  for (const command of wanted) {
    // $CXX may carry arguments, as in "ccache g++".
    const [file, ...prefix] = command.trim().split(/\s+/);
    const result = await runCommand(file, [...prefix, "--version"], { timeout: 15_000, environment });
    if (result.ok) return { file, prefix, version: result.stdout.split("\n")[0].trim() };
  }
  return {
    reason: environment.CXX
      ? `the compiler \`${environment.CXX}\` ($CXX) does not start`
      : "no C++ compiler found (g++ or clang++)",
  };
}

async function findPackage(root, cache, wanted, witness) {
  const installed = installedFolder(root, wanted.name);
  if (installed && isComplete(installed, wanted, witness)) return { folder: installed };
  const kept = join(cache, `${wanted.name.split("/").at(-1)}-${wanted.version}`);
  if (isComplete(kept, wanted, witness)) return { folder: kept };
  return fetchPackage(cache, wanted, witness, kept);
}

function installedFolder(root, name) {
  try {
    return dirname(createRequire(join(root, "package.json")).resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}

function isComplete(folder, wanted, witness) {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return version === wanted.version && existsSync(join(folder, witness));
  } catch {
    return false;
  }
}

/** Fetches a package's archive with npm, checks its sha512 and unpacks it to `kept`; nothing of it is run. */
export async function fetchPackage(cache, wanted, witness, kept) {
  const label = `${wanted.name}@${wanted.version}`;
  const work = mkdtempSync(join(cache, "package.tmp-"));
  try {
    const pack = ["pack", label, "--ignore-scripts", "--silent", "--pack-destination", work];
    // The npm that runs us, when one does: another one may be first on the PATH, or none.
    const npm = process.env.npm_execpath?.endsWith(".js") ? process.env.npm_execpath : null;
    const packed = npm
      ? await runCommand(npm, pack, { timeout: 90_000, cwd: work, node: true })
      : await runCommand("npm", pack, { timeout: 90_000, cwd: work });
    const file = readdirSync(work).find((name) => name.endsWith(".tgz"));
    if (!packed.ok || !file)
      return { reason: `${label} is not installed and npm could not fetch it: ${lastLine(packed)}` };
    const hash = `sha512-${createHash("sha512")
      .update(readFileSync(join(work, file)))
      .digest("base64")}`;
    if (hash !== wanted.integrity)
      return { reason: `${label} as fetched by npm is not the file we know (wrong sha512)` };
    const unpacked = await runCommand("tar", ["xzf", file], { timeout: 60_000, cwd: work });
    if (!unpacked.ok) return { reason: `${label} could not be unpacked: ${lastLine(unpacked)}` };
    rmSync(kept, { recursive: true, force: true });
    mkdirSync(dirname(kept), { recursive: true });
    renameSync(join(work, "package"), kept);
    return isComplete(kept, wanted, witness) ? { folder: kept } : { reason: `${label} lacks ${witness}` };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
