// One installer at a time works in a cache folder. The lock is a file that its owner touches every few seconds; it counts
// as left behind when its owner's process is gone (same machine) or when nobody has touched it for a minute.

import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const touchEvery = 5_000;
const staleAfter = 60_000;

/**
 * Runs `work` while holding the lock of `folder`; waits at most `patience` milliseconds for another owner. Returns
 * `{ held: true, value }`, or `{ held: false, owner }` when the other owner was still at work.
 */
export async function withLock(folder, { patience, onWait = () => {} }, work) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "setup.lock");
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), nonce: randomBytes(8).toString("hex") });
  const deadline = Date.now() + patience;
  while (!tryTake(path, mine)) {
    const found = readText(path);
    if (isStale(path)) {
      breakLock(path, found);
      continue;
    }
    if (Date.now() > deadline) return { held: false, owner: readOwner(path) };
    onWait();
    await sleep(200);
  }
  const heart = setInterval(() => touch(path), touchEvery);
  const release = () => {
    clearInterval(heart);
    // Somebody who thought us dead may hold it now.
    if (readText(path) === mine) rmSync(path, { force: true });
  };
  process.on("exit", release);
  try {
    return { held: true, value: await work() };
  } finally {
    process.off("exit", release);
    release();
  }
}

function tryTake(path, mine) {
  try {
    writeFileSync(path, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function isStale(path) {
  let age;
  try {
    age = Date.now() - statSync(path).mtimeMs;
  } catch {
    return false;
  }
  if (age > staleAfter) return true;
  const owner = readOwner(path);
  return owner !== null && owner.host === hostname() && !isAlive(owner.pid);
}

// Renaming first makes sure that only one of several waiters removes a lock. When another waiter has broken the stale one
// and taken the lock since we looked, we have its lock in hand and give it back.
function breakLock(path, stale) {
  const away = `${path}.stale-${randomBytes(4).toString("hex")}`;
  try {
    renameSync(path, away);
    if (readText(away) !== stale) linkSync(away, path);
    rmSync(away, { force: true });
  } catch {
    // Another waiter was faster.
    rmSync(away, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function readOwner(path) {
  try {
    const owner = JSON.parse(readFileSync(path, "utf8"));
    return Number.isInteger(owner.pid) ? owner : null;
  } catch {
    return null;
  }
}

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function touch(path) {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // The folder was removed under us; the build will notice.
  }
}
