// Installs the engine for real in scratch folders: downloads, unpacks, compiles (several minutes, 3 GB in the temporary
// folder). Run by hand: `node scripts/test-install.mjs [scenario…]`. The quick tests of the installer are in test/engine.
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), "llnet-install-"));
const cache = join(scratch, "cache");

const scenarios = {
  "an empty cache ends with an engine": () => {
    const { stdout, status } = install();
    return status === 0 && /cpu engine ready: TensorFlow 2\.21\.0/.test(stdout) ? null : stdout;
  },
  "the second install takes less than two seconds": () => {
    const { stdout } = install();
    const seconds = Number(/already there: TensorFlow \S+, (\d+\.\d) s/.exec(stdout)?.[1]);
    return seconds < 2 ? null : stdout;
  },
  "a library of the right size with wrong bytes is fetched again": () => {
    const library = join(cache, "libtensorflow-2.21.0-linux-x64", "libtensorflow_framework.so.2");
    const file = openSync(library, "r+");
    writeSync(file, new Uint8Array(1_000_000), 0, 1_000_000, 0);
    const { stdout } = install();
    return /cpu engine ready/.test(stdout) ? null : stdout;
  },
  "an install killed half-way is made good by the next": async () => {
    const own = join(scratch, "killed");
    const child = spawn(process.execPath, [join(root, "scripts", "setup-engine.mjs")], {
      env: environment({ LLNET_CACHE: own }),
      stdio: "ignore",
    });
    await until(() => existsSync(own) && readdirSync(own).some((name) => name.startsWith("libtensorflow.tmp-")));
    await sleep(1_500);
    child.kill("SIGKILL");
    await sleep(200);
    const left = readdirSync(own);
    const { stdout } = install({ LLNET_CACHE: own });
    const after = readdirSync(own).filter((name) => name.includes(".tmp-") || name.endsWith(".lock"));
    rmSync(own, { recursive: true });
    return left.some((name) => name.includes(".tmp-")) && /cpu engine ready/.test(stdout) && after.length === 0
      ? null
      : `${left} | ${stdout} | ${after}`;
  },
  "an installed Python package is used and not touched": () => {
    const site = join(scratch, "site");
    const kept = join(cache, "libtensorflow-2.21.0-linux-x64");
    cpSync(kept, join(site, "tensorflow"), { recursive: true });
    writeFileSync(join(site, "tensorflow", "__init__.py"), "raise SystemError('this package must not be imported')\n");
    mkdirSync(join(site, "tensorflow_cpu-2.21.0.dist-info"));
    writeFileSync(
      join(site, "tensorflow_cpu-2.21.0.dist-info", "METADATA"),
      "Metadata-Version: 2.1\nName: tensorflow-cpu\nVersion: 2.21.0\n",
    );
    const before = fingerprint(join(site, "tensorflow"));
    const own = join(scratch, "python");
    const { stdout } = install({ LLNET_CACHE: own, PYTHONPATH: site });
    const binding = readdirSync(own).find((name) => name.startsWith("binding-"));
    const record = binding ? JSON.parse(readFileSync(join(own, binding, "record.json"), "utf8")) : {};
    const right =
      record.source === "python-package" &&
      record.library === join(site, "tensorflow") &&
      !existsSync(join(own, "libtensorflow-2.21.0-linux-x64"));
    return right && fingerprint(join(site, "tensorflow")) === before ? null : `${stdout} ${JSON.stringify(record)}`;
  },
  "without tfjs-node-gpu in node_modules its sources come from npm, checked": () => {
    const clone = join(scratch, "clone");
    for (const path of ["scripts", "runtime/engine", "package.json"])
      cpSync(join(root, path), join(clone, path), { recursive: true });
    const own = join(scratch, "packed");
    mkdirSync(own);
    symlinkSync(join(cache, "libtensorflow-2.21.0-linux-x64"), join(own, "libtensorflow-2.21.0-linux-x64"));
    const { stdout } = install({ LLNET_CACHE: own }, clone);
    return /cpu engine ready/.test(stdout) && existsSync(join(own, "tfjs-node-gpu-4.22.0", "binding")) ? null : stdout;
  },
};

const wanted = process.argv.slice(2);
let failures = 0;
for (const [name, run] of Object.entries(scenarios)) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
  const started = Date.now();
  const complaint = await run();
  if (complaint !== null) failures += 1;
  console.log(
    `${complaint === null ? "ok  " : "FAIL"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)${complaint === null ? "" : `\n${complaint}`}`,
  );
}
rmSync(scratch, { recursive: true, force: true });
process.exit(failures > 0 ? 1 : 0);

function install(extra = {}, clone = root) {
  return spawnSync(process.execPath, [join(clone, "scripts", "setup-engine.mjs")], {
    encoding: "utf8",
    env: environment(extra),
    cwd: clone,
  });
}

function environment(extra) {
  const { LLNET_ENGINE: _, ...inherited } = process.env;
  return { ...inherited, LLNET_CACHE: cache, ...extra };
}

function fingerprint(folder) {
  const names = readdirSync(folder, { recursive: true }).sort();
  return names
    .map((name) => `${name} ${statSync(join(folder, name)).size} ${statSync(join(folder, name)).mtimeMs}`)
    .join("\n");
}

async function until(condition) {
  for (const deadline = Date.now() + 60_000; !condition() && Date.now() < deadline; ) await sleep(100);
}
