import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deflateRawSync } from "node:zlib";
import { expect, test, vi } from "vitest";
// @ts-expect-error The installer is plain JavaScript without declarations.
import * as lockModule from "../../scripts/engine/lock.mjs";
// @ts-expect-error The installer is plain JavaScript without declarations.
import * as commandModule from "../../scripts/engine/run-command.mjs";
// @ts-expect-error The installer is plain JavaScript without declarations.
import * as zipModule from "../../scripts/engine/zip.mjs";
import { createScratchFolder } from "./scratch-clone.ts";

interface CommandResult {
  ok: boolean;
  stdout: string;
  stderr: string;
  missing: boolean;
  timedOut: boolean;
}
const { runCommand } = commandModule as unknown as {
  runCommand(file: string, args: readonly string[], options: { timeout: number }): Promise<CommandResult>;
};
const { withLock } = lockModule as unknown as {
  withLock<T>(
    folder: string,
    options: { patience: number },
    work: () => Promise<T>,
  ): Promise<{ held: boolean; value?: T; owner?: { pid: number } }>;
};
const { extractSome } = zipModule as unknown as {
  extractSome(archive: string, folder: string, rename: (name: string) => string | null): Promise<readonly string[]>;
};

test("a program that takes too long is ended together with its children", async () => {
  const file = join(createScratchFolder(), "pid");
  // A busy machine needs longer to start the child.
  for (let timeout = 300; !existsSync(file); timeout *= 2) {
    const result = await runCommand(
      "sh",
      ["-c", `sleep 4321 & echo $! > '${file}.new'; mv '${file}.new' '${file}'; wait`],
      {
        timeout,
      },
    );
    expect(result).toMatchObject({ ok: false, timedOut: true });
  }
  const child = readFileSync(file, "utf8").trim();
  await vi.waitFor(() => expect(commandOf(child)).not.toContain("sleep"), { timeout: 200_000 });
});

test("a program that does not exist is missing, one that fails is not", async () => {
  expect(await runCommand("llnet-no-such-program", [], { timeout: 200_000 })).toMatchObject({
    ok: false,
    missing: true,
  });
  expect(await runCommand("sh", ["-c", "echo out; echo err >&2; exit 3"], { timeout: 200_000 })).toMatchObject({
    ok: false,
    missing: false,
    timedOut: false,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test("programs get no input to wait for", async () => {
  expect(await runCommand("cat", [], { timeout: 200_000 })).toMatchObject({ ok: true, stdout: "" });
});

test("two owners of a lock never work at the same time", async () => {
  const folder = createScratchFolder();
  let inside = 0;
  const work = async () => {
    inside += 1;
    expect(inside).toBe(1);
    await sleep(50);
    inside -= 1;
    return "done";
  };
  const results = await Promise.all([1, 2, 3].map(() => withLock(folder, { patience: 200_000 }, work)));
  expect(results.map((result) => result.value)).toEqual(["done", "done", "done"]);
  expect(readdirSync(folder)).toEqual([]);
});

test("a lock whose owner is alive is respected until patience ends", async () => {
  const folder = createScratchFolder();
  writeFileSync(join(folder, "setup.lock"), JSON.stringify({ pid: process.pid, host: hostname() }));
  const result = await withLock(folder, { patience: 300 }, async () => "worked");
  expect(result).toMatchObject({ held: false, owner: { pid: process.pid } });
});

test.each([
  ["whose owner's process is gone", JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }), 0],
  ["of another machine that nobody touched for long", JSON.stringify({ pid: 1, host: "elsewhere" }), 3_600],
  ["that is half written and old", `{"pi`, 3_600],
])("a lock %s is broken", async (_, text, ageInSeconds) => {
  const folder = createScratchFolder();
  const lock = join(folder, "setup.lock");
  writeFileSync(lock, text);
  const time = Date.now() / 1000 - ageInSeconds;
  utimesSync(lock, time, time);
  expect(await withLock(folder, { patience: 300 }, async () => "worked")).toEqual({ held: true, value: "worked" });
});

test("only the wanted files leave an archive, packed or stored", async () => {
  const folder = createScratchFolder();
  const long = "x".repeat(300_000);
  const archive = zip([
    ["p/keep.txt", long, 8],
    ["p/stored.txt", "as is", 0],
    ["p/leave.txt", "no", 8],
  ]);
  writeFileSync(join(folder, "a.whl"), Uint8Array.from(archive));
  const written = await extractSome(join(folder, "a.whl"), join(folder, "out"), (name) =>
    name.includes("leave") ? null : name.replace("p/", "q/"),
  );
  expect(written).toEqual(["q/keep.txt", "q/stored.txt"]);
  expect(readFileSync(join(folder, "out", "q", "keep.txt"), "utf8")).toBe(long);
  expect(readFileSync(join(folder, "out", "q", "stored.txt"), "utf8")).toBe("as is");
  expect(readdirSync(join(folder, "out", "q"))).toHaveLength(2);
});

test.each([
  ["cut short", (bytes: number[]) => bytes.slice(0, 100), /no directory/],
  ["whose packed bytes are damaged", (bytes: number[]) => bytes.fill(0xff, 40, 60), /./],
])("an archive %s is refused", async (_, spoil, message) => {
  const folder = createScratchFolder();
  mkdirSync(join(folder, "out"));
  const whole = zip([["keep.txt", "some text that is long enough to be damaged in its middle", 8]]);
  writeFileSync(join(folder, "a.whl"), Uint8Array.from(spoil(whole)));
  await expect(extractSome(join(folder, "a.whl"), join(folder, "out"), (name) => name)).rejects.toThrow(message);
});

// The smallest archive that readers accept: entries as [name, text, 8 for packed or 0 for stored].
function zip(entries: readonly (readonly [string, string, 0 | 8])[]): number[] {
  const bodies: number[] = [];
  const directory: number[] = [];
  for (const [name, text, method] of entries) {
    const data = Array.from(method === 8 ? deflateRawSync(text) : bytesOf(text));
    const sizes = [...little(data.length, 4), ...little(text.length, 4), ...little(name.length, 2)];
    const common = [...little(20, 2), ...little(0, 2), method, ...little(0, 9), ...sizes, ...little(0, 2)];
    const offset = bodies.length;
    bodies.push(...bytesOf("PK\x03\x04"), ...common, ...bytesOf(name), ...data);
    directory.push(
      ...bytesOf("PK\x01\x02"),
      ...little(20, 2),
      ...common,
      ...little(0, 10),
      ...little(offset, 4),
      ...bytesOf(name),
    );
  }
  const end = [...little(0, 8), ...little(directory.length, 4), ...little(bodies.length, 4), ...little(0, 2)];
  return [...bodies, ...directory, ...bytesOf("PK\x05\x06"), ...end];
}

function little(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, index) => (index < 4 ? (value >>> (8 * index)) & 0xff : 0));
}

function bytesOf(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

// An ended process has no command any more, even while nobody has asked for its status.
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
