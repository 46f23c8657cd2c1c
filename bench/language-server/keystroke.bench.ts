/** From a keystroke to what is said about it, in files of 1,000 and 10,000 lines; and how soon the server answers at all. */
import { spawn } from "node:child_process";
import { loadBundled } from "../bundle.ts";
import { sampleProgram } from "../grammar/sample-program.ts";
import type { Benchmark, Measurement } from "../measurement.ts";
import { median } from "../measurement.ts";

type Incremental = typeof import("../../compiler/incremental/index.ts");
type Source = typeof import("../../compiler/source/file-host.ts");

const keystrokes = 120;
const typed = " // typed letter by letter, as people do";

export const benchKeystrokes: Benchmark = async (note) => {
  const { createAnalysis } = await loadBundled<Incremental>("compiler/incremental/index.ts");
  const { createFileHost } = await loadBundled<Source>("compiler/source/file-host.ts");
  const rows: Measurement[] = [];
  for (const lines of [1000, 10_000]) {
    note(`typing in ${lines} lines`);
    const text = `import { classifier, conv_head } from "std/heads"\n\n${sampleProgram(lines)}`;
    const analysis = createAnalysis({ path: "net.llnet", host: createFileHost() });
    for (const step of analysis.update(text).work()) if (step === "checked") break;
    const at = text.indexOf("\n", text.indexOf("tap residual", text.length / 2));
    const first: Times[] = [];
    const checked: Times[] = [];
    for (let stroke = 0; stroke < keystrokes; stroke++) {
      const next = text.slice(0, at) + typed.slice(0, 1 + (stroke % typed.length)) + text.slice(at);
      const sinceStart = startWatch();
      const snapshot = analysis.update(next);
      snapshot.diagnostics();
      first.push(sinceStart());
      for (const step of snapshot.work()) if (step === "checked") break;
      snapshot.diagnostics();
      checked.push(sinceStart());
    }
    rows.push(...rowsOf(`keystroke to syntax, names and rules, ${lines} lines`, first.slice(20)));
    rows.push(...rowsOf(`keystroke to all models checked, ${lines} lines`, checked.slice(20)));
  }
  return [...rows, ...(await initializeRows(note))];
};

/** Milliseconds. On a machine with other work the wall clock measures that; processor time holds all threads, the collector's too. */
interface Times {
  readonly wall: number;
  readonly processor: number;
}

function startWatch(): () => Times {
  const usage = process.cpuUsage();
  const start = performance.now();
  return () => {
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(usage);
    return { wall, processor: (user + system) / 1000 };
  };
}

function rowsOf(name: string, times: readonly Times[]): Measurement[] {
  const walls = times.map(({ wall }) => wall);
  const processors = times.map(({ processor }) => processor);
  const [middle, late] = [median(walls), nearMost(walls)];
  return [
    { name: `${name}, p50`, value: middle, unit: "ms", anchor: "8 ms", ratio: middle / 8, target: "<= 1" },
    { name: `${name}, p95`, value: late, unit: "ms", anchor: "16 ms", ratio: late / 16, target: "<= 1" },
    { name: `${name}, processor time, p50`, value: median(processors), unit: "ms" },
    { name: `${name}, processor time, p95`, value: nearMost(processors), unit: "ms" },
  ];
}

function nearMost(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN;
}

const initializeRows: Benchmark = async (note) => {
  note("starting the server");
  const times: number[] = [];
  for (let round = 0; round < 7; round++) times.push(await timeInitialize());
  const value = median(times.slice(1));
  return [
    { name: "start to `initialize` answered", value, unit: "ms", anchor: "250 ms", ratio: value / 250, target: "<= 1" },
  ];
};

function timeInitialize(): Promise<number> {
  const start = performance.now();
  const server = spawn(process.execPath, ["tools/cli/llnet.cjs", "lsp", "--stdio"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const params = { processId: null, rootUri: null, capabilities: {}, workspaceFolders: null };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  return new Promise((resolve) => {
    server.stdout.once("data", () => {
      const time = performance.now() - start;
      // The end of its input ends the server, which then keeps its compiled code for the next start.
      server.once("exit", () => resolve(time));
      server.stdin.end();
    });
  });
}
