import { expect, test } from "vitest";
import type { ResolvedProject } from "../../../compiler/1-resolve/resolved-project.ts";
import { compileInWorkers } from "../../../compiler/ablate/compile-in-workers.ts";
import { compileVariants } from "../../../compiler/ablate/compile-variants.ts";
import { type ExpandOptions, expandStudies, expandStudiesInTurns } from "../../../compiler/ablate/index.ts";
import { type OpenedStudies, openStudies } from "../../../compiler/ablate/open-studies.ts";
import { createFileHost } from "../../../compiler/source/file-host.ts";
import { createMemoryHost } from "../../../compiler/source/source-host.ts";
import { model } from "./expand.ts";

function optionsFor(blocks: string): ExpandOptions {
  return { file: "study.llnet", host: createMemoryHost({ "study.llnet": `${model}${blocks}\n` }, createFileHost()) };
}

function opened(): { readonly project: ResolvedProject; readonly settings: OpenedStudies["settings"] } {
  const { project, settings } = openStudies(optionsFor(large));
  if (project === undefined) throw new Error("the study cannot be opened");
  return { project, settings };
}

/** 80 structures with 2 recipes each, some of them wrong: enough for two workers. */
const large = `ablate a of net {
  vary split:              into 1, into 2, into 4, into 5
  vary heads.local:        wide, greedy
  vary heads.last:         wide(hidden = 1), wide(hidden = 2), wide(hidden = 3), wide(hidden = 4), wide(hidden = 5)
  vary train.optimizer:    sgd, sgd(momentum = 0.5)
  vary train.rate:         0.1, 0.2
  compare to split = into 1
}`;

test("on several threads the studies are the same, in the same order, with the same mistakes", async () => {
  const expected = expandStudies(optionsFor(large));
  expect(expected.studies[0]?.variants).toHaveLength(120);
  expect(expected.studies[0]?.excluded).toHaveLength(40);
  const done: number[] = [];
  const found = await expandStudiesInTurns({ ...optionsFor(large), onProgress: (count) => done.push(count) });
  expect(found).toEqual(expected);
  expect(done).toEqual(Array.from({ length: 160 }, (_, index) => index + 1));
});

test("workers compile every setting themselves", async () => {
  const { project, settings } = opened();
  expect(await compileInWorkers(project, settings)).toEqual(compileVariants(project, settings));
});

test("what a worker cannot compile is left to the caller", async () => {
  const { project, settings } = opened();
  // Without its texts a worker has nothing to compile.
  const results = await compileInWorkers({ ...project, sources: new Map() }, settings);
  expect(results).toEqual(settings.map(() => undefined));
});

test("a small study is compiled without other threads, to the same", async () => {
  const options = optionsFor("ablate a of net { vary split: into 1, into 4 vary heads.local: greedy, wide }");
  expect(await expandStudiesInTurns(options)).toEqual(expandStudies(options));
});

test("what cannot be opened is said all the same", async () => {
  const found = await expandStudiesInTurns({ file: "nowhere.llnet", host: createMemoryHost({}) });
  expect(found.diagnostics.map(({ name }) => name)).toEqual(["unreadable-file"]);
});
