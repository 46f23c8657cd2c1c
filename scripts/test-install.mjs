/**
 * `npm run test:install [-- --only "no pip" --markdown table.md]`: the install matrix. Every cell clones HEAD afresh, gets a
 * home and a PATH of its own, runs `npm ci`, then the README's main job in full. One cell after another; half an hour on
 * two cores, 4 GB in the temporary folder, Linux, root for the cells that mount. Quick tests of the installer: test/engine.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cells } from "./install-matrix/cells.mjs";
import { runCell } from "./install-matrix/run-cell.mjs";
import { renderTable } from "./install-matrix/table.mjs";
import { createTools } from "./install-matrix/tools.mjs";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    markdown: { type: "string" },
    tools: { type: "string" },
  },
});
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), "llnet-install-"));
const toolFolder = options.tools ?? join(scratch, "tools");
mkdirSync(toolFolder, { recursive: true });
// One commit for all cells, whatever happens to the repository meanwhile.
const snapshot = join(scratch, "snapshot.git");
spawnSync("git", ["clone", "-q", "--bare", root, snapshot], { stdio: "inherit" });
const context = {
  root: snapshot,
  scratch,
  tools: createTools(toolFolder),
  nativeCache: () => join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "llnet"),
};
const wanted = cells.filter(
  ({ name }) => options.only.length === 0 || options.only.some((word) => name.includes(word)),
);
const results = [];
for (const [index, cell] of wanted.entries()) {
  process.stderr.write(`${index + 1}/${wanted.length} ${cell.name}…\n`);
  const result = await runCell(cell, context);
  results.push(result);
  process.stderr.write(
    result.problem === null
      ? `  ok: ${result.engine}, ${result.accuracy} %, install ${result.install.toFixed(1)} s, training ${result.train.toFixed(1)} s\n`
      : `  FAIL: ${result.problem}\n`,
  );
  if (result.line !== "") process.stderr.write(`  the install said: ${result.line}\n`);
}
rmSync(scratch, { recursive: true, force: true });
const table = renderTable(results);
console.log(table);
if (options.markdown !== undefined) writeFileSync(options.markdown, `${table}\n`);
process.exit(results.some(({ problem }) => problem !== null) ? 1 : 0);
