// Finds TensorFlow's C libraries in an installed Python package.
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { libraryFiles } from "./locations.mjs";
import { runCommand } from "./run-command.mjs";

/** The libraries inside an installed `tensorflow` package, whose folder we only read; else `{ reason }`. */
export async function findPythonPackage(environment) {
  const code = [
    "import importlib.util as u, importlib.metadata as m, json, os",
    "s = u.find_spec('tensorflow')",
    "d = os.path.dirname(s.origin) if s and s.origin else None",
    "n = [x for x in ('tensorflow', 'tensorflow-cpu', 'tensorflow_cpu') if d and any(True for _ in m.distributions(name=x))]",
    "print(json.dumps([d, m.version(n[0]) if n else None]))",
  ].join("\n");
  let reason = "no Python found";
  for (const python of pythons(environment)) {
    const result = await runCommand(python, ["-c", code], { timeout: 20_000, cwd: tmpdir(), environment });
    if (result.missing) continue;
    const answer = parseAnswer(result.stdout);
    if (!answer) {
      reason = `the Python \`${python}\` gives no sensible answer`;
      continue;
    }
    const [folder, version] = answer;
    if (
      folder &&
      version &&
      [...libraryFiles, "include/tensorflow/c/c_api.h"].every((file) => existsSync(join(folder, file)))
    ) {
      return { folder, version, source: "python-package" };
    }
    reason = folder
      ? `the Python package tensorflow ${version} has no C libraries`
      : "no Python package tensorflow is installed";
  }
  return { reason };
}

function parseAnswer(text) {
  try {
    const answer = JSON.parse(text.trim().split("\n").at(-1));
    return Array.isArray(answer) ? answer : null;
  } catch {
    return null;
  }
}

/** The Pythons worth asking, best first: `$PYTHON`, `python3`, `python`. */
export function pythons(environment) {
  return [...new Set([environment.PYTHON, "python3", "python"].filter(Boolean))];
}
