/**
 * Who works on a trial. A claim is a numbered file below `claims/`, made whole in one step by a hard link, so that of several
 * processes that want the same number one gets it, on shared file systems too. A claim whose process is gone is left where it
 * is and the next number is taken: nothing is ever removed that another process might hold. A process may be killed between any
 * two lines of this file.
 */
import { randomUUID } from "node:crypto";
import { linkSync, readdirSync, readFileSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { makeFolder } from "../../runtime/train/loop/index.ts";

export interface Holder {
  readonly host: string;
  readonly process: number;
  /** Changes with every start of the machine; "" where the system does not say. */
  readonly boot: string;
  /** When the process began, in the system's own unit, so that a number used again is told apart; "" where it does not say. */
  readonly began: string;
}

export interface Claim {
  /** Says that the process still lives, for readers on other machines. */
  beat(): void;
  release(): void;
}

/** Seconds without a sign of life after which a process of another machine counts as gone. */
export const silenceSeconds = 180;

/** Claims a trial's directory; the holder's name where somebody alive holds it. May throw the file system's own errors. */
export function claimTrial(directory: string): Claim | Holder {
  const claims = join(directory, "claims");
  makeFolder(claims);
  const draft = join(claims, `.${randomUUID()}`);
  writeFileSync(draft, `${JSON.stringify(describeSelf())}\n`, { flag: "wx" });
  try {
    for (;;) {
      const latest = latestClaim(claims);
      if (latest !== undefined && isAlive(latest)) return latest.holder;
      const path = join(claims, String((latest?.number ?? 0) + 1));
      if (link(draft, path)) return heldClaim(path);
    }
  } finally {
    quietly(() => unlinkSync(draft));
  }
}

/** Who holds the trial now, if anybody alive does. */
export function claimHolder(directory: string): Holder | undefined {
  const latest = latestClaim(join(directory, "claims"));
  return latest !== undefined && isAlive(latest) ? latest.holder : undefined;
}

export function isHolder(value: Claim | Holder): value is Holder {
  return "host" in value;
}

function heldClaim(path: string): Claim {
  return {
    beat: () =>
      quietly(() => {
        const now = new Date();
        utimesSync(path, now, now);
      }),
    release: () => quietly(() => unlinkSync(path)),
  };
}

interface FoundClaim {
  readonly number: number;
  readonly path: string;
  readonly holder: Holder;
}

function latestClaim(claims: string): FoundClaim | undefined {
  const numbers = names(claims)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => b - a);
  for (const number of numbers) {
    const path = join(claims, String(number));
    const holder = readHolder(path);
    // Released between listing and reading.
    if (holder !== undefined) return { number, path, holder };
  }
  return undefined;
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive({ path, holder }: FoundClaim): boolean {
  const self = describeSelf();
  if (holder.host !== self.host) return silence(path) < silenceSeconds;
  if (holder.boot !== self.boot) return false;
  if (!isRunning(holder.process)) return false;
  return holder.began === processStart(holder.process);
}

/** Seconds since the last sign of life, by the file system's own clock. */
function silence(path: string): number {
  const probe = `${path}.clock-${randomUUID()}`;
  try {
    writeFileSync(probe, "");
    return (statSync(probe).mtimeMs - statSync(path).mtimeMs) / 1000;
  } catch {
    return 0;
  } finally {
    quietly(() => unlinkSync(probe));
  }
}

function describeSelf(): Holder {
  return { host: hostname(), process: process.pid, boot: bootIdentity(), began: processStart(process.pid) };
}

function bootIdentity(): string {
  return readText("/proc/sys/kernel/random/boot_id").trim();
}

/** Field 22 of Linux' `/proc/PID/stat`, counted after the name, which may hold anything. */
function processStart(pid: number): string {
  const text = readText(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether the link was made; false where the name is taken. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function names(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // Gone already, or not ours to mend.
  }
}
