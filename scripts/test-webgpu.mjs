/**
 * `npm run test:webgpu [-- FILES OR VITEST'S OPTIONS]`: every test that can compute on WebGPU does so, on the machine's graphics
 * driver or on Chromium's software driver: operations and their gradients, repairs, training, the golden networks, every
 * backbone. Minutes on a software driver, so not part of `npm test`, which leaves WebGPU out of all but `test/runtime/webgpu`.
 * Skipped with a word where WebGPU is not installed or finds no driver.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
// Where Debian's Chromium has it; a machine with a driver of its own names or finds that.
const software = "/usr/lib/chromium/vk_swiftshader_icd.json";
const environment = { XDG_RUNTIME_DIR: tmpdir(), ...process.env, LLNET_TEST_WEBGPU: "1" };
let { usable, detail } = webgpu();
if (!usable && process.env.VK_DRIVER_FILES === undefined && existsSync(software)) {
  environment.VK_DRIVER_FILES = software;
  ({ usable, detail } = webgpu());
}
if (!usable) {
  console.log(`skipped: ${detail}`);
  process.exit(0);
}

const files = filesOf("test").filter(canUseWebgpu);
console.log(`${detail}: ${files.length} test files`);
const given = process.argv.slice(2);
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const selected = given.some((argument) => !argument.startsWith("-")) ? [] : files;
// Software compiles every shader anew in every process.
const options = ["run", "--testTimeout=600000", ...selected, ...given];
const { status } = spawnSync(process.execPath, [vitest, ...options], { cwd: root, env: environment, stdio: "inherit" });
process.exit(status ?? 1);

/** Whether WebGPU works here, and with what, or why not. */
function webgpu() {
  const program = `
    import { loadWebgpu } from "./runtime/engine/load-webgpu.ts";
    const say = (usable, detail) => process.stdout.write(JSON.stringify({ usable, detail }), () => process.exit());
    loadWebgpu().then(({ title }) => say(true, title), ({ message, help }) => say(false, message + "; " + help));`;
  const options = ["--import", "tsx", "--input-type=module", "--eval", program];
  const { stdout } = spawnSync(process.execPath, options, { cwd: root, env: environment, encoding: "utf8" });
  return stdout === "" ? { usable: false, detail: "WebGPU's process died" } : JSON.parse(stdout);
}

/** Tests that are asked for all executors, and those that compute again what they have computed natively. */
function canUseWebgpu(file) {
  const text = readFileSync(join(root, file), "utf8");
  return (
    file.startsWith(join("test", "runtime", "webgpu")) ||
    /import \{[^}]*\bexecutors\b[^}]*\} from "[./]*support\/train-text\.ts"/.test(text) ||
    text.includes('import "./also-portable.ts"')
  );
}

function filesOf(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesOf(path);
    return entry.name.endsWith(".test.ts") ? [path] : [];
  });
}
