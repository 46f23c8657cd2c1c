import { spawn, spawnSync } from "node:child_process";
import { onTestFinished } from "vitest";

/** Whether this system has what a command is given a terminal with (util-linux). */
export const hasTerminal = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

/**
 * Runs a command line of plain words on a terminal of its own, presses Ctrl-C once its output matches, and returns what the
 * screen shows in the end, line by line; the last one is where the shell goes on.
 */
export function interruptOnTerminal(
  words: readonly string[],
  at: RegExp,
  directory: string,
): Promise<{ readonly code: number | null; readonly screen: readonly string[] }> {
  const child = spawn(
    "script",
    ["-qec", `stty columns 100; exec ${words.map((word) => `'${word}'`).join(" ")}`, "/dev/null"],
    { cwd: directory },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  let written = "";
  let isPressed = false;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    written += text;
    if (isPressed || !at.test(written)) return;
    isPressed = true;
    child.stdin.write("\u0003");
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, screen: screenOf(written) })));
}

const escapeCode = "\u001b";
/** A control sequence, or a character. */
const pieces = new RegExp(`${escapeCode}\\[\\d*[A-Za-z]|[^]`, "g");

/** What stands on a terminal after a text: of the escapeCode sequences, those that llnet writes. */
export function screenOf(text: string): readonly string[] {
  const lines: string[] = [""];
  let [row, column] = [0, 0];
  const line = () => lines[row] ?? "";
  for (const [piece] of text.matchAll(pieces)) {
    if (piece === "\r") column = 0;
    else if (piece === "\n") {
      row += 1;
      lines[row] ??= "";
    } else if (piece === `${escapeCode}[K`) lines[row] = line().slice(0, column);
    else if (piece === `${escapeCode}[J`) lines.splice(row, lines.length, line().slice(0, column));
    else if (piece.endsWith("A") && piece.startsWith(escapeCode)) row = Math.max(0, row - Number(piece.slice(2, -1)));
    else if (!piece.startsWith(escapeCode)) {
      lines[row] = line().padEnd(column).slice(0, column) + piece + line().slice(column + 1);
      column += 1;
    }
  }
  return lines;
}
