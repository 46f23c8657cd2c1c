import { createHash, randomBytes } from "node:crypto";
import { accessSync, constants, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Loading takes a second or less; a mark this old, in milliseconds, is of no process that is still at it. */
const oldAge = 600_000;

/**
 * Leaves a mark on disk that says this process is loading `addon`, and returns what takes it away again. A native library
 * that aborts takes the process with it: the mark is what it leaves. It lies beside the addon, or in the temporary folder
 * where that cannot be written, or nowhere where that cannot be either. Every process has marks of its own.
 */
export function markLoading(addon: string): () => void {
  const name = [prefix, identity(addon), process.pid, randomBytes(4).toString("hex"), host()].join("~");
  for (const folder of [dirname(addon), ownTemporaryFolder()]) {
    const mark = join(folder, name);
    try {
      if (folder === dirname(addon)) accessSync(folder, constants.W_OK);
      else mkdirSync(folder, { mode: 0o700, recursive: true });
      writeFileSync(mark, "", { flag: "wx" });
      return () => rmSync(mark, { force: true });
    } catch {
      // A read-only or full place: the next one.
    }
  }
  return () => {};
}

/**
 * The marks of processes of this machine that are gone and were loading `addon` as it is now: it ended them, or somebody
 * killed them just then. Marks of other machines, which may share the folder, say nothing about this one.
 */
export function abandonedMarks(addon: string): readonly string[] {
  return [dirname(addon), ownTemporaryFolder()].flatMap((folder) =>
    namesIn(folder)
      .filter((name) => isAbandoned(folder, name, identity(addon)))
      .map((name) => join(folder, name)),
  );
}

export function removeMarks(marks: readonly string[]): void {
  for (const mark of marks) {
    try {
      rmSync(mark, { force: true });
    } catch {
      // Somebody else's: it is asked about again.
    }
  }
}

const prefix = "loading";

function isAbandoned(folder: string, name: string, addonIdentity: string): boolean {
  const [kind, identityOfMark, pid, , ...hostName] = name.split("~");
  if (kind !== prefix || identityOfMark !== addonIdentity || hostName.join("~") !== host()) return false;
  const made = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs;
  if (made === undefined) return false;
  if (Date.now() - made > oldAge) return true;
  // A number comes back: this process can have that of the one that is gone.
  if (Number(pid) === process.pid) return made < Date.now() - process.uptime() * 1000 - 1000;
  return !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Changes when the addon is built again or lies elsewhere. */
function identity(addon: string): string {
  const changed = statSync(addon, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return createHash("sha256").update(`${addon}\0${changed}`).digest("hex").slice(0, 12);
}

function host(): string {
  return hostname().replace(/[^A-Za-z0-9.-]/g, "_");
}

function ownTemporaryFolder(): string {
  return join(tmpdir(), `llnet-${process.getuid?.() ?? "user"}`);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith(`${prefix}~`));
  } catch {
    return [];
  }
}
