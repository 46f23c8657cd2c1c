import { existsSync, renameSync, rmdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../../runtime/train/loop/index.ts";
import { writeFiles } from "./write-files.ts";

/** A file below the output directory. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
}

/** Files whose names are known only when all are written: they wait in a folder of their own within the output directory. */
export interface Drafts {
  /** Files of one program, by their endings: `.json`. The system's error where the disk does not take them. */
  write(
    key: string,
    files: readonly { readonly ending: string; readonly text: string }[],
  ): { readonly code: string } | undefined;
  /** Moves the files of a program to where they belong: `NAME.json`. */
  place(key: string, name: string): readonly WrittenFile[] | { readonly code: string };
  /** Takes away what was not placed, and the output directory where it is new and nothing is in it. */
  discard(): void;
}

export function createDrafts(directory: string): Drafts {
  const isNew = !existsSync(directory);
  const folder = join(directory, `.drafts-${process.pid}`);
  const endings = new Map<string, readonly string[]>();
  return {
    write(key, files) {
      endings.set(
        key,
        files.map(({ ending }) => ending),
      );
      return writeFiles(
        folder,
        files.map(({ ending, text }) => ({ path: `${key}${ending}`, text })),
      );
    },
    place(key, name) {
      try {
        makeFolder(dirname(join(directory, name)));
        return (endings.get(key) ?? []).map((ending) => {
          const path = `${name}${ending}`;
          renameSync(join(folder, `${key}${ending}`), join(directory, path));
          return { path, bytes: statSync(join(directory, path)).size };
        });
      } catch (error) {
        if (error instanceof Error && "code" in error && typeof error.code === "string") return { code: error.code };
        throw error;
      }
    },
    discard() {
      try {
        rmSync(folder, { recursive: true, force: true });
        if (isNew) rmdirSync(directory);
      } catch {
        // Something else is in it.
      }
    },
  };
}
