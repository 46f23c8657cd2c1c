import { createRequire } from "node:module";

let loaded: typeof import("ts-morph") | undefined;

/** ts-morph brings the TypeScript compiler, which takes a third of a second to load: only emission pays for it. */
export function loadTsMorph(): typeof import("ts-morph") {
  loaded ??= createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
  return loaded;
}
