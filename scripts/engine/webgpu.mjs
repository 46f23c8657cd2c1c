// Puts WebGPU into the cache: Dawn (Chrome's WebGPU, from the npm package `webgpu`) as a ready-made addon, and
// TensorFlow.js's kernels for it. Neither Python nor a compiler is needed, but a graphics driver.
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { recordFile, tfjsVersion, webgpuFolderName, webgpuVersion } from "./locations.mjs";
import { step } from "./report.mjs";
import { lastLine, runCommand } from "./run-command.mjs";
import { fetchPackage } from "./sources.mjs";

const dawnPackage = {
  name: "webgpu",
  version: webgpuVersion,
  integrity: "sha512-3L4GfmqJLvYUIEWJngEQY+2HQiUlAFkg8+P8NDDj3Xx5hHHIFO/r8JW+ynfqBj7kHN4mbnwO74uB+lrRtLhp4Q==",
};
const kernelsPackage = {
  name: "@tensorflow/tfjs-backend-webgpu",
  version: tfjsVersion,
  integrity: "sha512-lvIc7Af4Tl2BCdYp43iQmSCRq3asaKT0q2xaErphXiUZ+jqeB0bQa0ZvQys1Xatvto0U4/c90DVsHPfvkn5ftg==",
};
const addon = "dawn.node";
const kernels = "tf-backend-webgpu.node.js";

/** Returns `{ ready, driver }` (the graphics driver's name, or null with a `reason`), or `{ reason }` where nothing was installed. */
export async function installWebgpu(cache, { force }) {
  const target = join(cache, webgpuFolderName(process.platform, process.arch));
  if (force || !isWhole(target)) {
    const built = await fetchParts(cache, target);
    if (built.reason) return built;
  }
  const driver = await step("looking for a graphics driver", () => findDriver(join(target, addon)));
  return { ready: true, ...driver };
}

/** The place of Dawn's addon in its package. */
export function dawnFolder(platform, architecture) {
  return join("dist", `${platform}-${platform === "darwin" ? "universal" : architecture}`);
}

async function fetchParts(cache, target) {
  const work = mkdtempSync(join(cache, "package.tmp-"));
  try {
    const from = dawnFolder(process.platform, process.arch);
    const dawn = await step("downloading WebGPU (51 MB)", () =>
      fetchPackage(cache, dawnPackage, join(from, addon), join(work, "dawn")),
    );
    if (dawn.reason) return dawn;
    const tfjs = await fetchPackage(cache, kernelsPackage, join("dist", kernels), join(work, "tfjs"));
    if (tfjs.reason) return tfjs;
    const folder = join(work, "webgpu");
    // On Windows its libraries lie beside the addon.
    cpSync(join(dawn.folder, from), folder, { recursive: true });
    cpSync(join(tfjs.folder, "dist", kernels), join(folder, kernels));
    const sizes = Object.fromEntries(readdirSync(folder).map((file) => [file, statSync(join(folder, file)).size]));
    const record = { format: 1, webgpu: webgpuVersion, tfjs: tfjsVersion, addon, kernels, sizes };
    writeFileSync(join(folder, recordFile), `${JSON.stringify(record, null, 2)}\n`);
    chmodSync(folder, 0o755);
    rmSync(target, { recursive: true, force: true });
    renameSync(folder, target);
    return {};
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function isWhole(folder) {
  try {
    const { sizes } = JSON.parse(readFileSync(join(folder, recordFile), "utf8"));
    return Object.entries(sizes).every(([file, size]) => statSync(join(folder, file)).size === size);
  } catch {
    return false;
  }
}

const program = `
const gpu = require(process.argv[1]).create([]);
gpu.requestAdapter({ powerPreference: "high-performance" }).then((adapter) => {
  const info = adapter?.info;
  console.log(JSON.stringify(info ? info.description || info.vendor || "unnamed" : null));
});
`;

/** In a child process: a driver can crash. */
async function findDriver(path) {
  const result = await runCommand("-e", [program, path], { timeout: 60_000, node: true });
  if (!result.ok) return { driver: null, reason: `Dawn does not work here: ${lastLine(result)}` };
  const driver = JSON.parse(result.stdout.trim().split("\n").at(-1) || "null");
  return driver === null
    ? { driver, reason: "it finds no graphics driver that it can use (Vulkan on Linux)" }
    : { driver };
}
