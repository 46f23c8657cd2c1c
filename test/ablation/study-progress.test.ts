import { expect, test } from "vitest";
import type { Change, Job } from "../../tools/ablation/runner.ts";
import type { TrialState } from "../../tools/ablation/store.ts";
import { createStudyProgress } from "../../tools/ablation/study-progress.ts";

const jobs = ["a", "b", "c"].map((name): Job => ({ name, directory: name, bytes: 1, cost: 10, epochs: 2 }));

test("the time that is left counts what a trial takes besides its epochs", () => {
  const [a, b] = jobs as [Job, Job];
  const { texts, show, at } = started();
  show({ job: a, what: "begun" });
  at(8);
  show({ job: a, what: "ended", state: done(2) });
  expect(texts.at(-1)).toContain("(1 of 3 done, 0:16 left)");
  show({ job: b, what: "begun" });
  at(16);
  // Of which the epochs take nearly all now.
  show({ job: b, what: "ended", state: done(7) });
  expect(texts.at(-1)).toContain("(2 of 3 done, 0:08 left)");
});

test("a trial that has told nothing yet is guessed, like those that wait", () => {
  const [a, b] = jobs as [Job, Job];
  const { texts, show, at } = started(2);
  show({ job: a, what: "begun" });
  show({ job: b, what: "begun" });
  at(10);
  show({ job: a, what: "ended", state: done(10) });
  expect(texts.at(-1)).toContain("(1 of 3 done, 0:10 left)");
});

test("a trial that was interrupted is no longer waited for", () => {
  const [a, b, c] = jobs as [Job, Job, Job];
  const { texts, show, at } = started();
  show({ job: a, what: "begun" });
  at(1);
  show({ job: a, what: "ended", state: { status: "interrupted", attempts: 1 } });
  show({ job: b, what: "begun" });
  at(5);
  show({ job: b, what: "ended", state: done(4) });
  expect(texts.at(-1)).toContain("(1 of 3 done, 1 interrupted, 0:04 left)");
  show({ job: c, what: "begun" });
  at(9);
  show({ job: c, what: "ended", state: done(4) });
  expect(texts.at(-1)).toContain("(2 of 3 done, 1 interrupted)");
});

test("a note on a terminal stays above the table, which is drawn again below it", () => {
  const { texts, show, progress } = started(1, true);
  show({ job: jobs[0] as Job, what: "begun" });
  const [table = ""] = texts.splice(0);
  progress.note("stopping");
  expect(texts).toEqual([`\u001b[${table.split("\n").length - 1}A\u001b[J`, "stopping\n", table]);
  texts.length = 0;
  progress.end();
  expect(texts).toHaveLength(1);
});

/** A study's progress with a clock of its own. */
function started(slots = 1, interactive = false) {
  let time = 0;
  const texts: string[] = [];
  const io = { error: (text: string) => void texts.push(text), interactive, columns: 80 };
  const progress = createStudyProgress(
    io as unknown as Parameters<typeof createStudyProgress>[0],
    jobs,
    slots,
    () => time,
  );
  return {
    progress,
    texts,
    show: (change: Change) => progress.show(change),
    at: (seconds: number) => {
      time = seconds;
    },
  };
}

function done(seconds: number): TrialState {
  const epochs = [{ epoch: 1, seconds, test: { accuracy: 0.5, seconds: 0 } }];
  return { status: "done", attempts: 1, result: { document: { epochs } } } as unknown as TrialState;
}
