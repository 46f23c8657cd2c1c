/** The files a command line means: files as they are named, and of a folder every `.llnet` file in it. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ExitCode } from "./io.ts";
import { exitCodes } from "./io.ts";
import { reportProblem } from "./problem.ts";
import type { Session } from "./session.ts";

export interface NamedFiles {
  /** As named, those of a folder in the order of their paths; each once. */
  readonly files: readonly string[];
  /** The folders that were named and all folders in them. */
  readonly folders: readonly string[];
  /** 2 where a folder holds no `.llnet` file, which is reported; else 0. */
  readonly exitCode: ExitCode;
}

/** Looks into folders, but not into `node_modules` and folders whose name begins with a dot. */
export function findFiles(session: Session, named: readonly string[]): NamedFiles {
  const files = new Set<string>();
  const folders: string[] = [];
  let exitCode: ExitCode = exitCodes.fine;
  for (const path of named) {
    if (!isFolder(path)) {
      files.add(path);
      continue;
    }
    const found = filesIn(path, folders);
    if (found.length === 0)
      exitCode = reportProblem(session, { message: `\`${path}\` holds no \`.llnet\` file` }, exitCodes.usage);
    for (const file of found) files.add(file);
  }
  return { files: [...files], folders, exitCode };
}

function filesIn(folder: string, folders: string[]): readonly string[] {
  folders.push(folder);
  return entriesOf(folder).flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return name.startsWith(".") || name === "node_modules" ? [] : filesIn(path, folders);
    return name.endsWith(".llnet") ? [path] : [];
  });
}

/** A folder that may not be read, or is gone meanwhile, is an empty one. Links to folders are not followed. */
function entriesOf(folder: string): readonly { readonly name: string; readonly isDirectory: boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // whoever reads it says why it cannot be
  }
}
