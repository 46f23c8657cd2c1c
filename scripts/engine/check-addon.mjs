// Proves that an addon works by running one real operation with it, in a child process: a bad TensorFlow library crashes
// rather than throws.
import { lastLine, runCommand } from "./run-command.mjs";

const program = `
const binding = require(process.argv[1]);
const one = binding.createTensor([2], binding.TF_FLOAT, new Float32Array([1, 2]));
const two = binding.createTensor([2], binding.TF_FLOAT, new Float32Array([10, 20]));
const [sum] = binding.executeOp("AddV2", [], [one, two], 1);
const values = Array.from(binding.tensorDataSync(sum.id));
if (String(values) !== "11,22") throw new Error("1 + 10, 2 + 20 gave " + values);
console.log(JSON.stringify({ tensorflow: binding.TF_Version, gpu: binding.isUsingGpuDevice() }));
`;

/** Returns `{ tensorflow, gpu }`, or `{ reason }` when the addon does not load or computes something wrong. */
export async function checkAddon(addon, root, timeout = 60_000) {
  const environment = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2", NODE_OPTIONS: "" };
  const result = await runCommand("-e", [program, addon], { timeout, cwd: root, environment, node: true });
  if (!result.ok && result.status === null && !result.timedOut) return { reason: "it crashes when it is loaded" };
  if (!result.ok) return { reason: firstError(result.stderr) ?? lastLine(result) };
  try {
    return JSON.parse(result.stdout.trim().split("\n").at(-1));
  } catch {
    return { reason: "it loads but gives no answer" };
  }
}

// What Node says of an addon that does not load, before its list of where that happened.
function firstError(text) {
  return text
    .split("\n")
    .find((line) => line.startsWith("Error: "))
    ?.slice("Error: ".length);
}
