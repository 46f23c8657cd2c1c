import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { projectRoot } from "./locations.ts";

/** What became of an addon in a child process: the problem, or null and whether it computes on a GPU. */
export interface Probe {
  readonly problem: string | null;
  readonly gpu: boolean;
}

/** Runs one operation with TensorFlow's binding in a child process (about 0.3 s), which a library may crash. Never throws. */
export function probeBinding(addon: string): Probe {
  return probe(addon, bindingProgram);
}

/** Looks for a graphics driver with Dawn in a child process (about 0.2 s). That there is none is no problem of the addon's. */
export function probeDawn(addon: string): Probe {
  return probe(addon, dawnProgram);
}

const bindingProgram = `
const binding = require(process.argv[1]);
const one = binding.createTensor([], binding.TF_FLOAT, new Float32Array([1]));
const [two] = binding.executeOp("AddV2", [], [one, one], 1);
if (binding.tensorDataSync(two.id)[0] !== 2) throw new Error("1 + 1 is not 2");
console.log(JSON.stringify({ gpu: binding.isUsingGpuDevice() }));
`;

const dawnProgram = `
const gpu = require(process.argv[1]).create([]);
gpu.requestAdapter({ powerPreference: "high-performance" })
  .then((adapter) => adapter?.requestDevice())
  .then(() => process.stdout.write("{}\\n", () => process.exit(0)));
`;

function probe(addon: string, program: string): Probe {
  const { status, stdout, stderr, signal, error } = spawnSync(process.execPath, ["-e", program, addon], {
    encoding: "utf8",
    timeout: 60_000,
    killSignal: "SIGKILL",
    cwd: projectRoot(),
    env: { XDG_RUNTIME_DIR: tmpdir(), ...process.env, TF_CPP_MIN_LOG_LEVEL: "2", NODE_OPTIONS: "" },
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT")
    return { problem: "it gives no answer within a minute", gpu: false };
  if (status !== 0) return { problem: whyItFailed(stderr, signal), gpu: false };
  const answer = JSON.parse(stdout.trim().split("\n").at(-1) || "{}") as { gpu?: boolean };
  return { problem: null, gpu: answer.gpu === true };
}

function whyItFailed(stderr: string, signal: string | null): string {
  const lines = stderr.split("\n");
  if (signal !== null) {
    // What TensorFlow and C++ write before they abort.
    const said = lines.find((line) => /^F\d{4} |Check failed|^terminate called|what\(\):/.test(line));
    return `it crashes when it is loaded (${signal})${said === undefined ? "" : `: ${said.trim().slice(0, 200)}`}`;
  }
  const line = lines.find((text) => text.startsWith("Error:") || text.includes("cannot open shared object"));
  return line ? `it does not load: ${line.replace(/^Error: /, "")}` : "it does not load";
}
