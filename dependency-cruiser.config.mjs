/** Turns `architecture.json` into dependency-cruiser rules: one rule per room, everything not listed is forbidden. */
import { readFileSync } from "node:fs";

const { rooms } = JSON.parse(readFileSync(new URL("architecture.json", import.meta.url), "utf8"));
const escapePath = (path) => path.replaceAll(".", "\\.");
const prefix = (path) => `^${escapePath(path)}${/\.[a-z]+$/.test(path) ? "$" : "/"}`;

/** A room's own files: below its path, but not in a room nested inside it. */
function ownFiles(name) {
  const { path } = rooms[name];
  const nested = Object.values(rooms).filter((room) => room.path !== path && room.path.startsWith(`${path}/`));
  return { path: prefix(path), pathNot: nested.map((room) => prefix(room.path)) };
}

/** `engine` allows the whole room, `runtime:runtime/index.ts` only that file (or folder) of it. */
function allowedPath(entry) {
  const [name, part] = entry.split(":");
  if (rooms[name] === undefined) throw new Error(`architecture.json names an unknown room: ${name}`);
  return prefix(part ?? rooms[name].path);
}

const roomRules = Object.entries(rooms).map(([name, { path, may }]) => ({
  name: `room ${name}`,
  comment: `${path} may import only: ${may.join(", ") || "nothing"}`,
  severity: "error",
  from: ownFiles(name),
  to: {
    path: "^(grammar|compiler|runtime|tools)/",
    // A room with nested rooms (compiler, runtime) reaches them only where its list says so.
    pathNot: [ownPattern(name), ...may.map(allowedPath)],
  },
}));

function ownPattern(name) {
  const { path, pathNot } = ownFiles(name);
  const without = pathNot.map((pattern) => `(?!${pattern.slice(1)})`).join("");
  return `^${without}${path.slice(1)}`;
}

export default {
  forbidden: [
    ...roomRules,
    {
      name: "no cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "nothing imports tools or tests",
      severity: "error",
      from: { path: "^(grammar|compiler|runtime)/" },
      to: { path: "^(tools|test|bench|scripts)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".mjs", ".cjs", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
