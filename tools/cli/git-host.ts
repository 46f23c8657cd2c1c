import { execFileSync } from "node:child_process";
import type { SourceHost } from "../../compiler/index.ts";

/** Files as a revision of the working folder's repository has them; the library is the installed one. */
export function createGitHost(revision: string, library: SourceHost): SourceHost {
  return {
    read(path) {
      if (path.startsWith("std/")) return library.read(path);
      // Neither an option nor a second place may hide in what the user wrote.
      if (!/^[\w./@{}~^+-]+$/.test(revision) || revision.startsWith("-")) {
        return { problem: "missing", reason: `\`${revision}\` is no revision` };
      }
      try {
        const place = `${revision}:${path.startsWith("/") ? path : `./${path}`}`;
        return {
          text: execFileSync("git", ["show", place], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
        };
      } catch {
        return { problem: "missing", reason: `revision \`${revision}\` has no such file here` };
      }
    },
  };
}
