// Gets what the matrix needs once, with the ordinary clients: other Nodes and npms, and TensorFlow's wheel.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * `node(20 | 22 | 24)` and `npm(10 | 11)` return the path of the program, `wheel()` the folder with TensorFlow's wheel, or
 * throw a sentence that says what could not be had; then the cell is skipped with it.
 */
export function createTools(folder) {
  const own = Number(process.versions.node.split(".")[0]);
  const ownNpm = spawnSync("npm", ["--version"], { encoding: "utf8" }).stdout?.trim() ?? "";
  return {
    node(major) {
      if (major === own) return process.execPath;
      return join(install(`node-${process.platform}-${process.arch}@${major}`), "bin", "node");
    },
    npm(major) {
      if (ownNpm.startsWith(`${major}.`)) return null;
      return join(install(`npm@${major}`), "bin", "npm-cli.js");
    },
    wheel() {
      const target = join(folder, "wheels");
      if (existsSync(target) && readdirSync(target).some((name) => name.endsWith(".whl"))) return target;
      mkdirSync(target, { recursive: true });
      const options = ["--no-deps", "--only-binary=:all:", "--implementation", "cp", "--python-version", "3.11"];
      const platform = process.arch === "arm64" ? "manylinux_2_27_aarch64" : "manylinux_2_27_x86_64";
      const { status } = spawnSync(
        "python3",
        ["-m", "pip", "download", "-q", ...options, "--platform", platform, "-d", target, "tensorflow-cpu==2.21.0"],
        { stdio: "ignore" },
      );
      if (status !== 0) throw new Error("pip could not download TensorFlow's wheel");
      return target;
    },
  };

  function install(specification) {
    const [name, version] = specification.split("@");
    const place = join(folder, `${name}-${version}`);
    const modules = join(place, "node_modules", name);
    if (existsSync(join(modules, "package.json"))) return modules;
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "package.json"), '{ "private": true }\n');
    const words = ["install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", specification];
    const { status } = spawnSync("npm", words, { cwd: place, stdio: "ignore" });
    if (status !== 0 || !existsSync(modules)) throw new Error(`npm could not get ${specification}`);
    return modules;
  }
}
