/** The worker's side of compiling variants: a project from its texts, then group after group of its settings. */
import { parentPort, workerData } from "node:worker_threads";
import { parse } from "../../grammar/index.ts";
import { resolve } from "../1-resolve/resolve.ts";
import { createMemoryHost } from "../source/source-host.ts";
import { createGroupCompiler, type SettingResult } from "./compile-group.ts";
import type { Setting } from "./setting-groups.ts";

/** What a worker is started with. */
export interface WorkerProject {
  readonly file: string;
  /** Text of every file of the project, by path. */
  readonly texts: Readonly<Record<string, string>>;
}

export interface WorkerRequest {
  readonly group: number;
  readonly settings: readonly Setting[];
}

export interface WorkerReply {
  readonly group: number;
  readonly results: readonly SettingResult[];
}

const { file, texts } = workerData as WorkerProject;
const text = texts[file];
if (text === undefined) throw new Error(`the project of ${file} comes without its text`);
const { tree } = parse(text, file);
const compileGroup = createGroupCompiler(resolve(tree, createMemoryHost(texts)).value);

parentPort?.on("message", ({ group, settings }: WorkerRequest) => {
  const reply: WorkerReply = { group, results: [...compileGroup(settings)].map(({ result }) => result) };
  parentPort?.postMessage(reply);
});
