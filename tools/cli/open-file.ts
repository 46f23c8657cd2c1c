import { spawn } from "node:child_process";
import { resolve } from "node:path";
import type { CommandIo } from "./io.ts";

/** Whether somebody sits before this terminal and has a screen: not in CI, not over SSH. */
export function canOpen({ interactive, colorful, environment }: CommandIo, platform = process.platform): boolean {
  if (!interactive || !colorful || environment["CI"] || environment["SSH_CONNECTION"]) return false;
  const hasScreen = Boolean(environment["DISPLAY"] || environment["WAYLAND_DISPLAY"]);
  return platform === "darwin" || platform === "win32" || hasScreen;
}

/** Shows a file in the program the system has for it; silently not, where there is none. */
export function openFile(path: string, platform = process.platform): void {
  const file = resolve(path);
  const [command, ...given] =
    platform === "darwin" ? ["open", file] : platform === "win32" ? ["explorer.exe", file] : ["xdg-open", file];
  const child = spawn(command as string, given, { detached: true, stdio: "ignore" });
  child.on("error", () => {
    // The file is written and named on stdout; opening it is a convenience.
  });
  child.unref();
}
