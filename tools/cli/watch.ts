/** `--watch`: runs a command again whenever a file it read has changed, until the user asks to stop. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { watch as watchPaths } from "chokidar";
import type { ExitCode } from "./io.ts";
import { exitCodes } from "./io.ts";
import type { Session } from "./session.ts";

/** What one round read; a change of any of it begins the next. */
export interface WatchedRound {
  /** Paths of files, imports included. Those that are not there are waited for. */
  readonly files: Iterable<string>;
  /** Folders in which files may come and go. */
  readonly folders: readonly string[];
}

/** Editors write in several steps; what changes within this time, in milliseconds, is one change. */
const settling = 40;
/** Milliseconds between two looks where the system tells of no change: network file systems do not, and others forget some. */
const patience = 1000;

/** Runs `round` now and after every change. Ends with 130, on Ctrl-C. */
export function watchRounds(session: Session, round: () => Promise<WatchedRound>): Promise<ExitCode> {
  return new Promise((finish, fail) => {
    /** How all that is watched was before the latest round read it: by this alone a change is known. */
    let known: ReadonlyMap<string, string> = new Map();
    let folders: ReadonlySet<string> = new Set();
    let timer: NodeJS.Timeout | undefined;
    let isRunning = false;
    let isStopped = false;
    // Folders and not files: an editor that replaces a file takes the watched one away.
    const watcher = watchPaths([], { ignoreInitial: true, depth: 0 });

    const stop = (result: () => void): void => {
      isStopped = true;
      clearTimeout(timer);
      forget();
      void watcher.close().then(result, fail);
    };
    const forget = session.io.onInterrupt(() => stop(() => finish(exitCodes.interrupted)));
    const stateOf = (path: string): string => (folders.has(path) ? stateOfFolder(path) : stateOfFile(path));

    const run = async (): Promise<void> => {
      isRunning = true;
      clearTimeout(timer);
      try {
        const before = new Map([...known.keys()].map((path) => [path, stateOf(path)]));
        const { files, folders: named } = await round();
        if (isStopped) return;
        folders = new Set(named.map((folder) => resolve(folder)));
        const paths = [...files].map((file) => resolve(file));
        known = new Map([...paths, ...folders].map((path) => [path, before.get(path) ?? stateOf(path)]));
        // The watcher leaves out what it has already.
        watcher.add([...folders, ...paths.map((path) => dirname(path))].filter((path) => existsSync(path)));
        session.io.error("watching for changes; Ctrl-C ends\n");
      } catch (cause) {
        stop(() => fail(cause instanceof Error ? cause : new Error(String(cause))));
        return;
      }
      isRunning = false;
      lookWithin(settling);
    };

    const lookWithin = (milliseconds: number): void => {
      if (isRunning || isStopped) return;
      clearTimeout(timer);
      timer = setTimeout(look, milliseconds);
    };
    const look = (): void => {
      if ([...known].every(([path, state]) => stateOf(path) === state)) {
        lookWithin(patience);
        return;
      }
      if (session.io.interactive) session.io.error("\u001b[2J\u001b[3J\u001b[H");
      void run();
    };

    watcher.on("all", (_event, path) => {
      const absolute = resolve(path);
      const isNew = folders.has(dirname(absolute)) && mayBeRead(absolute);
      if (isNew || known.has(absolute)) lookWithin(settling);
    });
    // The system watches no more folders: they are looked at all the same.
    watcher.on("error", () => undefined);
    void run();
  });
}

/** "" where it is not there. */
function stateOfFile(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return "";
  }
}

/** The names in it that a command may read. */
function stateOfFolder(path: string): string {
  try {
    return readdirSync(path).filter(mayBeRead).sort().join("\n");
  } catch {
    return "";
  }
}

/** Whether it is a network, or may be a folder. */
function mayBeRead(path: string): boolean {
  return path.endsWith(".llnet") || !basename(path).includes(".");
}
