// The cells of the install matrix. What each says: which programs its machine has, what is broken there, and which engine
// it must end with. `retry` runs the command the install names and expects the native engine from it.
import { spawnSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

const noCompiler = Object.fromEntries(
  ["g++", "g++-*", "c++", "clang++", "clang++-*", "x86_64-linux-gnu-g++", "x86_64-linux-gnu-g++-*"].map((name) => [
    name,
    null,
  ]),
);
const noPython = Object.fromEntries(["python*", "pip*", "pyenv*", "pypy*"].map((name) => [name, null]));
const noPip = {
  "pip*": null,
  python3: `case "$*" in *"-m pip"*) echo "python3: No module named pip" >&2; exit 1;; esac\nexec /usr/bin/python3 "$@"`,
  python: null,
};
const fromWheel = ({ tools }) => ({ PIP_NO_INDEX: "1", PIP_FIND_LINKS: tools.wheel() });
const offline = () => ({ PIP_NO_INDEX: "1", PIP_FIND_LINKS: "/nonexistent" });
const kept = "libtensorflow-2.21.0-linux-x64";

export const cells = [
  { name: "npm 11, Node 20, pip, g++", engine: "native", expect: /cpu engine ready/ },
  { name: "npm 10", npm: 10, engine: "native", environment: fromWheel, expect: /cpu engine ready/ },
  { name: "Node 22", node: 22, engine: "native", environment: fromWheel, expect: /cpu engine ready/ },
  { name: "Node 24", node: 24, engine: "native", environment: fromWheel, expect: /cpu engine ready/ },
  {
    name: "npm 10, Node 24, no pip",
    npm: 10,
    node: 24,
    engine: "portable",
    programs: () => noPip,
    expect: /no pip found/,
  },
  { name: "no pip", engine: "portable", programs: () => noPip, expect: /no pip found/ },
  { name: "no Python", engine: "portable", programs: () => noPython, expect: /no Python found; no pip found/ },
  { name: "no compiler", engine: "portable", programs: () => noCompiler, expect: /no C\+\+ compiler found/ },
  // `npx` runs the scripts of the project it starts from, once: what the install was not allowed to do is done then.
  { name: "npm ci --ignore-scripts", engine: "native", environment: fromWheel, words: ["--ignore-scripts"] },
  {
    name: "broken engine in the cache",
    engine: "native",
    environment: fromWheel,
    expect: /cpu engine ready/,
    prepare: ({ home }) => {
      const folder = join(home, ".cache", "llnet", "binding-4.22.0-tf2.21.0-linux-x64-00000000");
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "record.json"), '{ "format": 1, "kind": "cpu", ');
      writeFileSync(join(folder, "tfjs_binding.node"), "not an addon");
    },
  },
  {
    name: "half-written cache, lock of a dead install",
    engine: "native",
    environment: fromWheel,
    expect: /cpu engine ready/,
    prepare: ({ home }) => {
      const cache = join(home, ".cache", "llnet");
      mkdirSync(join(cache, "libtensorflow.tmp-abcdef"), { recursive: true });
      mkdirSync(join(cache, kept));
      writeFileSync(join(cache, kept, "libtensorflow_cc.so.2"), "half");
      writeFileSync(join(cache, "setup.lock"), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
    },
    verify: ({ home }) => leftovers(join(home, ".cache", "llnet")),
  },
  { name: "two installs at once", clones: 2, engine: "native", environment: fromWheel, expect: /cpu engine ready/ },
  {
    name: "read-only home",
    engine: "native",
    environment: fromWheel,
    mount: ({ home }) => `mount --bind ${home} ${home} && mount -o remount,ro,bind ${home}`,
    expect: /cpu engine ready/,
  },
  {
    name: "corrupted wheel",
    engine: "portable",
    expect: /wheel could not be unpacked/,
    environment: ({ scratch, tools }) => ({
      PIP_NO_INDEX: "1",
      PIP_FIND_LINKS: corruptedWheel(scratch, tools.wheel()),
    }),
  },
  {
    name: "library for another processor",
    engine: "portable",
    environment: offline,
    expect: /does not compile/,
    prepare: ({ home }, { nativeCache }) => {
      const target = join(home, ".cache", "llnet", kept);
      cpSync(join(nativeCache(), kept), target, { recursive: true });
      // Byte 18 of an ELF file names the processor; 183 is arm64, 62 is x86-64.
      for (const file of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"])
        patch(join(target, file), 18, [183]);
    },
  },
  {
    name: "compiler error",
    engine: "portable",
    programs: () => ({
      ...noCompiler,
      "g++": `[ "$1" = --version ] && echo "g++ 0.1" && exit 0\necho "internal compiler error: Killed" >&2; exit 1`,
    }),
    environment: fromWheel,
    expect: /does not compile: .*internal compiler error/,
  },
  {
    name: "engine that crashes when it is loaded",
    // Starting the main job with `npx` builds it again; before that, the launcher alone computes without it.
    engine: "native",
    environment: fromWheel,
    expect: /cpu engine ready/,
    spoil: letTheEngineCrash,
  },
  {
    name: "full disk",
    engine: "portable",
    environment: fromWheel,
    mount: ({ home }) => `mkdir -p ${home}/.cache/llnet; mount -t tmpfs -o size=200m none ${home}/.cache/llnet`,
    expect: /less than 1\.5 GB is free/,
  },
  {
    name: "disk full while unpacking",
    engine: "portable",
    environment: fromWheel,
    mount: ({ home }) => `mkdir -p ${home}/.cache/llnet; mount -t tmpfs -o size=1700m none ${home}/.cache/llnet`,
    // A pip after which somebody else needs the disk.
    programs: () => ({
      python3: `/usr/bin/python3 "$@"; status=$?\ncase "$*" in *download*) dd if=/dev/zero of=$HOME/.cache/llnet/filler bs=1M count=1300 2>/dev/null;; esac\nexit $status`,
    }),
    expect: /could not be unpacked: .*ENOSPC/,
  },
  {
    name: "killed install, then the retry command",
    // As above: starting the main job with `npx` tries again by itself.
    engine: "native",
    environment: fromWheel,
    killed: true,
    retry: true,
    during: killWhileUnpacking,
    verify: ({ home }) => leftovers(join(home, ".cache", "llnet")),
  },
];

function killWhileUnpacking({ home }, kill) {
  const cache = join(home, ".cache", "llnet");
  const timer = setInterval(() => {
    const work = existsSync(cache)
      ? readdirSync(cache).find((name) => name.startsWith("libtensorflow.tmp-"))
      : undefined;
    if (work === undefined || !existsSync(join(cache, work, "library"))) return;
    clearInterval(timer);
    kill();
  }, 100);
  timer.unref();
}

function leftovers(cache) {
  const left = readdirSync(cache).filter((name) => name.includes(".tmp-") || name.endsWith(".lock"));
  return left.length === 0 ? null : `left behind: ${left.join(", ")}`;
}

/** Puts a library that aborts in the engine's place; the first start is lost and says why, the second is on the portable engine. */
async function letTheEngineCrash({ home }, startMainJob) {
  const cache = join(home, ".cache", "llnet");
  const folder = join(
    cache,
    readdirSync(cache).find((name) => name.startsWith("binding-")),
  );
  const addon = join(folder, "tfjs_binding.node");
  const source = "#include <cstdlib>\n__attribute__((constructor)) void die() { abort(); }\n";
  const compiler = spawnSync("g++", ["-x", "c++", "-", "-fPIC", "-shared", "-o", addon], { input: source });
  if (compiler.status !== 0) return "no library that aborts could be compiled";
  const record = JSON.parse(readFileSync(join(folder, "record.json"), "utf8"));
  record.sizes["tfjs_binding.node"] = statSync(addon).size;
  writeFileSync(join(folder, "record.json"), JSON.stringify(record));
  const first = await startMainJob();
  if (first.status === 0) return "the library that aborts did no harm";
  if (!/^llnet: the native engine crashes when it is loaded; .*npx llnet engine install/m.test(first.text))
    return `the crash said nothing: ${first.text.slice(-300)}`;
  const second = await startMainJob();
  const isPortable = /^engine: WebAssembly .*it crashes when it is loaded .*npx llnet engine install/m.test(
    second.text,
  );
  return second.status === 0 && isPortable
    ? null
    : `the second start ended with ${second.status}: ${second.text.slice(-300)}`;
}

/** The real wheel with a million zeros in its middle: its directory and its metadata are whole. */
function corruptedWheel(scratch, wheels) {
  const folder = join(scratch, "corrupted");
  const name = readdirSync(wheels).find((file) => file.endsWith(".whl"));
  if (existsSync(join(folder, name))) return folder;
  mkdirSync(folder);
  copyFileSync(join(wheels, name), join(folder, name));
  patch(join(folder, name), Math.floor(middleOfLargest(join(folder, name))), new Uint8Array(1_000_000));
  return folder;
}

/** A place in the packed bytes of the largest file, found through the archive's directory. */
function middleOfLargest(path) {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let largest = { packed: 0, at: 0 };
  for (let at = bytes.readUInt32LE(end + 16); bytes.readUInt32LE(at) === 0x02014b50; ) {
    const packed = bytes.readUInt32LE(at + 20);
    if (packed > largest.packed) largest = { packed, at: bytes.readUInt32LE(at + 42) };
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return largest.at + largest.packed / 2;
}

function patch(path, position, bytes) {
  const file = openSync(path, "r+");
  writeSync(file, Uint8Array.from(bytes), 0, bytes.length, position);
  closeSync(file);
  if (statSync(path).size < position) throw new Error(`${path} is too short`);
}
