// The last resort: tfjs's own installer, which downloads an older libtensorflow (2.9.1) and a ready-made addon from its
// makers' host. It needs neither Python nor a compiler, but that host; the script itself knows no time limit.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { delimiter, join } from "node:path";
import { lastLine, runCommand } from "./run-command.mjs";

const host = "https://storage.googleapis.com/";

/**
 * Runs the installer in a copy of the package inside `folder`, and leaves there `lib/` (the addon) and `deps/lib/` (its
 * libraries). Returns `{ addon, library }` relative to `folder`, or `{ reason }`.
 */
export async function fetchUpstream({ root, sources, folder, step, environment }) {
  const base = environment.TFJS_NODE_CDN_STORAGE || environment.CDN_STORAGE || host;
  if (!(await answers(base))) return { reason: `the makers' download host does not answer (${new URL(base).host})` };
  const copy = join(folder, "package");
  mkdirSync(copy, { recursive: true });
  for (const part of ["package.json", "scripts", "binding", "binding.gyp"])
    cpSync(join(sources, part), join(copy, part), { recursive: true });
  const modules = join(root, "node_modules");
  const result = await step("downloading the makers' own build", () =>
    runCommand("scripts/install.js", ["cpu", "download"], {
      node: true,
      cwd: copy,
      timeout: 300_000,
      // The copy lies outside node_modules: say where its imports and node-pre-gyp are.
      environment: {
        ...environment,
        NODE_PATH: modules,
        PATH: `${join(modules, ".bin")}${delimiter}${environment.PATH ?? ""}`,
      },
    }),
  );
  const addon = existsSync(join(copy, "lib"))
    ? readdirSync(join(copy, "lib"))
        .map((name) => join("lib", name, "tfjs_binding.node"))
        .find((path) => existsSync(join(copy, path)))
    : undefined;
  if (!addon) return { reason: `the makers' own installer failed: ${lastLine(result)}` };
  for (const part of ["lib", "deps"]) renameSync(join(copy, part), join(folder, part));
  rmSync(copy, { recursive: true });
  return { addon, library: join("deps", "lib") };
}

function answers(url) {
  return new Promise((resolve) => {
    let timer;
    const done = (answer) => {
      clearTimeout(timer);
      probe?.destroy();
      resolve(answer);
    };
    let probe;
    try {
      probe = (url.startsWith("https:") ? requestHttps : requestHttp)(url, { method: "HEAD" }, (response) =>
        done(response.statusCode < 500),
      );
    } catch {
      return done(false);
    }
    probe.on("error", () => done(false));
    timer = setTimeout(() => done(false), 5_000);
    probe.end();
  });
}
