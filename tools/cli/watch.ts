/** `--watch`: runs a command again whenever a file it read has changed, until the user asks to stop. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
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

/** Runs `round` now and after every change. Ends with 130, on Ctrl-C. */
export function watchRounds(session: Session, round: () => Promise<WatchedRound>): Promise<ExitCode> {
  return new Promise((finish, fail) => {
    // Folders and not files: an editor that replaces a file takes the watched one away.
    const watcher = watchPaths([], { ignoreInitial: true, depth: 0 });
    let watched: ReadonlySet<string> = new Set();
    let folders: ReadonlySet<string> = new Set();
    let isRunning = false;
    let isStale = false;
    let timer: NodeJS.Timeout | undefined;

    const stop = (result: () => void): void => {
      clearTimeout(timer);
      forget();
      void watcher.close().then(result, fail);
    };
    const forget = session.io.onInterrupt(() => stop(() => finish(exitCodes.interrupted)));

    const run = async (isFirst: boolean): Promise<void> => {
      if (isRunning) {
        isStale = true;
        return;
      }
      isRunning = true;
      if (!isFirst && session.io.interactive) session.io.error("\u001b[2J\u001b[3J\u001b[H");
      try {
        const { files, folders: named } = await round();
        const paths = [...files].map((file) => resolve(file));
        watched = new Set(paths);
        folders = new Set(named.map((folder) => resolve(folder)));
        // The watcher leaves out what it has already.
        watcher.add(
          [...new Set([...folders, ...paths.map((path) => dirname(path))])].filter((path) => existsSync(path)),
        );
        session.io.error("watching for changes; Ctrl-C ends\n");
      } catch (cause) {
        stop(() => fail(cause instanceof Error ? cause : new Error(String(cause))));
        return;
      }
      isRunning = false;
      if (!isStale) return;
      isStale = false;
      schedule();
    };
    const schedule = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void run(false), settling);
    };

    watcher.on("all", (_event, path) => {
      const absolute = resolve(path);
      const isNew = folders.has(dirname(absolute)) && (absolute.endsWith(".llnet") || !/\.[^/\\]*$/.test(absolute));
      if (watched.has(absolute) || isNew) schedule();
    });
    watcher.on("error", (cause) => stop(() => fail(cause instanceof Error ? cause : new Error(String(cause)))));
    void run(true);
  });
}
