// A scratch machine: a home of its own and a folder of programs that is all its PATH has. Programs can be left out or
// replaced; settings of package managers (mirrors, certificates) and npm's cache are those of the real machine.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** `programs` replaces programs by shell scripts, or leaves them out where the script is null; names may end with `*`. */
export function createMachine(folder, { node, npm, programs = {}, environment = {} }) {
  const place = mkdtempSync(join(folder, "machine-"));
  const home = join(place, "home");
  const path = join(place, "programs");
  for (const each of [home, path]) mkdirSync(each);
  for (const directory of (process.env.PATH ?? "").split(delimiter)) linkAll(directory, path, Object.keys(programs));
  replace(path, "node", `exec ${node} "$@"`);
  rmSync(join(path, "node"));
  symlinkSync(node, join(path, "node"));
  if (npm !== null) {
    replace(path, "npm", `exec ${node} ${npm} "$@"`);
    replace(path, "npx", `exec ${node} ${npm.replace("npm-cli", "npx-cli")} "$@"`);
  }
  for (const [name, script] of Object.entries(programs)) {
    if (script !== null && !name.endsWith("*")) replace(path, name, script);
  }
  return { place, home, path, environment: { ...realSettings(), HOME: home, PATH: path, ...environment } };
}

function linkAll(directory, path, excluded) {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory)) {
    const isExcluded = excluded.some((pattern) =>
      pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
    );
    if (!isExcluded && !existsSync(join(path, name))) {
      try {
        symlinkSync(join(directory, name), join(path, name));
      } catch {
        // A dangling link of the same name.
      }
    }
  }
}

function replace(path, name, script) {
  const file = join(path, name);
  rmSync(file, { force: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function realSettings() {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      /^(LANG|LC_|TERM$|TMPDIR$|PIP_|SSL_|NODE_EXTRA|https?_proxy$|no_proxy$|HTTPS?_PROXY$|NO_PROXY$)/.test(name) &&
      name !== "PIP_REQUIRE_VIRTUALENV",
  );
  const real = homedir();
  const files = [join(real, ".config", "pip", "pip.conf"), join(real, ".pip", "pip.conf")];
  const pip = files.find((file) => existsSync(file));
  return {
    ...Object.fromEntries(kept),
    npm_config_cache: join(real, ".npm"),
    npm_config_userconfig: join(real, ".npmrc"),
    ...(pip === undefined ? {} : { PIP_CONFIG_FILE: pip }),
    ...(existsSync(join(real, ".pyenv")) ? { PYENV_ROOT: join(real, ".pyenv") } : {}),
    NO_COLOR: "1",
  };
}
