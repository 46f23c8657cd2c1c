// Runs one program with a time limit. It never asks for input, and the program's own children end with it.
import { spawn } from "node:child_process";

const running = new Set();

/**
 * Returns `{ ok, status, stdout, stderr, missing, timedOut }` and never rejects. `missing` says that the program does not
 * exist. `timeout` is in milliseconds.
 */
export function runCommand(file, args, { timeout, cwd, environment = process.env, node = false } = {}) {
  return new Promise((resolve) => {
    const output = { stdout: "", stderr: "" };
    let timedOut = false;
    let settled = false;
    // In a process group of its own, so that a time-out also ends the children of wrappers such as pyenv's shims.
    const child = spawn(node ? process.execPath : file, node ? [file, ...args] : args, {
      cwd,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    running.add(child);
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child);
      // A grandchild that left the group could keep the pipes open for ever.
      setTimeout(() => finish(null), 1000).unref();
    }, timeout);
    const finish = (status, missing = false) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      running.delete(child);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ ok: status === 0 && !timedOut, status, ...output, missing, timedOut });
    };
    for (const name of ["stdout", "stderr"]) {
      child[name]?.setEncoding("utf8");
      child[name]?.on("data", (text) => {
        if (output[name].length < 1_000_000) output[name] += text;
      });
    }
    child.on("error", (error) => finish(null, error.code === "ENOENT" || error.code === "EACCES"));
    child.on("close", (status) => finish(status));
  });
}

/** Ends every program that is still running; called when the installer itself is interrupted. */
export function endRunningCommands() {
  for (const child of running) killGroup(child);
}

/** The last line of a program's complaint, short enough for a report. */
export function lastLine(result, limit = 200) {
  if (result.timedOut) return "it took too long";
  const lines = `${result.stdout}\n${result.stderr}`.split("\n").map((line) => line.trim());
  const telling = lines.filter((line) => /error|fail|cannot|could not/i.test(line));
  const line = telling.at(-1) ?? lines.filter(Boolean).at(-1) ?? `it ended with status ${result.status}`;
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

function killGroup(child) {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
  } catch {
    // It ended by itself between the check and the signal.
  }
}
