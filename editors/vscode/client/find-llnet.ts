import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** How to run llnet: by its launcher, which needs Node, or as a program of its own. */
export type Llnet =
  | { readonly kind: "script"; readonly path: string }
  | { readonly kind: "program"; readonly path: string }
  | { readonly kind: "missing"; readonly help: string };

export interface Surroundings {
  /** The user's setting; empty where there is none. */
  readonly setting: string;
  /** The workspace's folders. */
  readonly folders: readonly string[];
  /** The file in front of the user. */
  readonly file?: string;
}

/** The setting's llnet, else the one installed nearest above the open file or a folder of the workspace. */
export function findLlnet({ setting, folders, file }: Surroundings): Llnet {
  if (setting.trim() !== "") return fromSetting(setting.trim(), folders[0]);
  const beginnings = [...(file === undefined ? [] : [dirname(file)]), ...folders];
  for (const beginning of beginnings) {
    for (const folder of upwards(beginning)) {
      const launcher = launcherBelow(folder);
      if (launcher !== undefined) return { kind: "script", path: launcher };
    }
  }
  return {
    kind: "missing",
    help: "Install it in your project (`npm install llnet`), or say in the setting `llnet.path` where it is.",
  };
}

function fromSetting(setting: string, folder: string | undefined): Llnet {
  const path = isAbsolute(setting) ? setting : resolve(folder ?? ".", setting);
  if (!existsSync(path))
    return { kind: "missing", help: `The setting \`llnet.path\` names \`${path}\`, which does not exist.` };
  if (statSync(path).isDirectory()) {
    const launcher = launcherBelow(path);
    if (launcher !== undefined) return { kind: "script", path: launcher };
    return {
      kind: "missing",
      help: `The setting \`llnet.path\` names the folder \`${path}\`, where llnet is not installed.`,
    };
  }
  return { kind: /\.[cm]?js$/.test(path) ? "script" : "program", path };
}

/** The launcher of the llnet that a folder has installed, or that the folder is a clone of. */
function launcherBelow(folder: string): string | undefined {
  return launcherOf(join(folder, "node_modules", "llnet")) ?? launcherOf(folder);
}

function launcherOf(installed: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    if (typeof manifest !== "object" || manifest === null || !("name" in manifest) || !("bin" in manifest))
      return undefined;
    const { name, bin } = manifest;
    if (name !== "llnet" || typeof bin !== "object" || bin === null || !("llnet" in bin)) return undefined;
    const launcher = join(installed, String(bin.llnet));
    return existsSync(launcher) ? launcher : undefined;
  } catch {
    return undefined;
  }
}

function upwards(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upwards(above)];
}
