import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { smallProgram, temporaryDirectory, withoutEngine } from "../train/support/training.ts";
import { compilerOf, runCli } from "./support/run-cli.ts";

const services = compilerOf(smallProgram());
const data = "synthetic:5x8x8x3:50:20";

function train(out: string, ...more: string[]) {
  return runCli(["train", "net.llnet", "--data", data, "--out", out, "--json", ...more], { services });
}

test.skipIf(withoutEngine)(
  "train prints one document, and keeps manifest, log, program, sources and checkpoint",
  async () => {
    const out = join(temporaryDirectory(), "run");
    const { code, out: text } = await train(out);
    expect(code).toBe(0);
    const document = JSON.parse(text);
    expect(document).toMatchObject({
      run: out,
      outcome: "finished",
      epochs: [{ epoch: 1 }, { epoch: 2 }],
      memory: { planned: expect.any(Number) },
      engine: expect.stringMatching(/^TensorFlow /),
    });
    expect(existsSync(join(document.checkpoint, "state.json"))).toBe(true);
    const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
    expect(manifest).toMatchObject({
      model: "conv_net",
      executor: "graph",
      seed: 3,
      dataset: { specification: data, train: 50 },
    });
    expect(manifest.command.slice(0, 2)).toEqual(["llnet", "train"]);
    expect(readFileSync(join(out, "source/net.llnet"), "utf8")).toBe("model conv_net {}");
    const kinds = readFileSync(join(out, "log.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).kind);
    expect(kinds).toEqual(["started", "checkpoint", "epoch", "checkpoint", "epoch", "checkpoint", "stopped"]);
  },
);

test.skipIf(withoutEngine)(
  "where images are held out, the best epoch on them is told, kept and measured again",
  async () => {
    const out = join(temporaryDirectory(), "run");
    const held = compilerOf(smallProgram({ validation: 0.2 }));
    const argv = ["train", "net.llnet", "--data", data, "--out", out];
    const { code, error, out: text } = await runCli([...argv, "--max-steps", "5"], { services: held });
    expect(code).toBe(0);
    expect(error).toContain("conv_net on synthetic: 40 training, 10 validation and 20 test images");
    expect(error).toMatch(/^epoch 1\/2 {2}loss \S+ \S+ {2}validation \d+\.\d % {2}test \d+\.\d % /m);
    expect(text).toMatch(/^best on validation: epoch 1, test \d+\.\d % \(validation \d+\.\d % of 10 images\)$/m);
    const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
    expect(manifest.dataset).toMatchObject({ train: 40, validation: 10, test: 20 });

    const document = JSON.parse((await runCli(["train", "--resume", out, "--json"])).out);
    const { best, epochs } = document;
    expect(epochs).toHaveLength(2);
    expect(best).toEqual({
      epoch: epochs[1].validation.accuracy > epochs[0].validation.accuracy ? 2 : 1,
      validation: Math.max(
        ...epochs.map(({ validation }: { validation: { accuracy: number } }) => validation.accuracy),
      ),
      test: epochs[best.epoch - 1].test.accuracy,
    });
    const measured = JSON.parse((await runCli(["eval", out, "--best", "--json"])).out);
    expect(measured.checkpoint).toContain(join(out, "best"));
    expect(measured).toMatchObject({ accuracy: best.test, losses: epochs[best.epoch - 1].test.losses });
    const onHeld = JSON.parse((await runCli(["eval", out, "--best", "--split", "validation", "--json"])).out);
    expect(onHeld).toMatchObject({ split: "validation", samples: 10, accuracy: best.validation });
    const predicted = await runCli(["predict", out, "--best", "--split", "validation", "--samples", "0..99", "--json"]);
    expect(JSON.parse(predicted.out).predictions).toHaveLength(10);
  },
);

test.skipIf(withoutEngine)("a run without validation images has no best epoch and no such split", async () => {
  const out = join(temporaryDirectory(), "run");
  expect(JSON.parse((await train(out)).out)).not.toHaveProperty("best");
  const best = await runCli(["eval", out, "--best"]);
  expect({ code: best.code, error: best.error }).toMatchObject({
    code: 2,
    error: expect.stringContaining("error[LL8032]"),
  });
  for (const command of ["eval", "predict"]) {
    const { code, error } = await runCli([command, out, "--split", "validation"]);
    expect(code).toBe(2);
    expect(error).toContain("no images are held out for validation");
  }
});

test.skipIf(withoutEngine)("a terminal sees a line that is redrawn, a file sees one line per epoch", async () => {
  const directory = temporaryDirectory();
  const argv = (name: string) => ["train", "net.llnet", "--data", data, "--out", join(directory, name), "--no-color"];
  const plain = await runCli(argv("plain"), { services });
  expect(plain.error).not.toContain("\r");
  expect(plain.error).not.toContain("\u001b");
  expect(plain.error.match(/^epoch \d\/2 {2}loss .*$/gm)).toEqual([
    expect.stringMatching(
      /^epoch 1\/2 {2}loss \S+ \S+ {2}test \d+\.\d % \(local \d+\.\d\) {2}[\d,]+ images\/s {2}\d:\d\d left$/,
    ),
    expect.stringMatching(/^epoch 2\/2 {2}loss \S+ \S+ {2}test \d+\.\d % \(local \d+\.\d\) {2}[\d,]+ images\/s$/),
  ]);
  expect(plain.out).toMatch(
    /^test accuracy \d+\.\d % after 2 of 2 epochs\n {2}module\[1\]\.classifier \d+\.\d %\nrun /,
  );
  const terminal = await runCli(argv("terminal"), { services, interactive: true });
  expect(terminal.error).toContain("\r\u001b[K");
});

test.skipIf(withoutEngine)(
  "an interrupted run ends with a checkpoint and exit code 130, and continues to the same result",
  async () => {
    const directory = temporaryDirectory();
    const whole = await train(join(directory, "whole"));
    const broken = join(directory, "broken");
    const first = await runCli(["train", "net.llnet", "--data", data, "--out", broken], {
      services,
      onError: (text, interrupt) => {
        if (text.startsWith("epoch 1/2")) interrupt();
      },
    });
    expect(first.code).toBe(130);
    expect(first.out).toContain(`continue with: llnet train --resume ${broken}`);
    const second = await runCli(["train", "--resume", broken, "--json"]);
    expect(second.code).toBe(0);
    const losses = (text: string) =>
      JSON.parse(text).epochs.map(({ losses, test }: { losses: object; test: { accuracies: object } }) => [
        losses,
        test.accuracies,
      ]);
    expect(losses(second.out)).toEqual(losses(whole.out));
  },
);

test.skipIf(withoutEngine)("a run is not continued with another program or other data", async () => {
  const out = join(temporaryDirectory(), "run");
  await train(out, "--max-steps", "1");
  const other = await runCli(["train", "net.llnet", "--resume", out, "--set", "train.epochs=7"], {
    services: compilerOf(smallProgram({ epochs: 7 })),
  });
  expect(other.code).toBe(2);
  expect(other.error).toContain("error[LL8036]: the run was made by a different program: `train.epochs` was 2, is 7");
  const data = await runCli(["train", "--resume", out, "--data", "synthetic:5x8x8x3:40:20"]);
  expect(data.code).toBe(2);
  expect(data.error).toContain("error[LL8037]");
});

test.skipIf(withoutEngine)("a loss that is not finite is one diagnostic and exit code 1", async () => {
  const out = join(temporaryDirectory(), "run");
  const diverging = compilerOf(smallProgram({ rate: { kind: "constant", value: 1e30 } }));
  const { code, error } = await runCli(["train", "net.llnet", "--data", data, "--out", out], { services: diverging });
  expect(code).toBe(1);
  expect(error).toContain("error[LL6201]: the loss `module[");
  expect(error).not.toMatch(/^ {4}at /m);
});

test.each([
  [["--data", "cifr10:x"], "LL8001"],
  [["--data", "synthetic:5x4x4x3:50:20"], "LL8020"],
  [["--data", "synthetic:7x8x8x3:50:20"], "LL8009"],
  [["--data", "mnist:no-such-directory"], "LL800"],
  [[], "no dataset is named"],
])("train with %j is refused before it starts", async (more, message) => {
  const out = join(temporaryDirectory(), "run");
  const { code, error } = await runCli(["train", "net.llnet", "--out", out, ...more], { services });
  expect(code).toBe(2);
  expect(error).toContain(message);
  expect(existsSync(out)).toBe(false);
});

test.skipIf(withoutEngine)("eval measures what training has measured, on either split", async () => {
  const out = join(temporaryDirectory(), "run");
  const trained = JSON.parse((await train(out)).out);
  const measured = JSON.parse((await runCli(["eval", out, "--json"])).out);
  expect(measured.accuracies).toEqual(trained.epochs[1].test.accuracies);
  expect(measured.losses).toEqual(trained.epochs[1].test.losses);
  const { out: text } = await runCli(["eval", out, "--split", "train"]);
  expect(text).toMatch(/^conv_net on 50 training images of synthetic: \d+\.\d %\n/);
  expect((await runCli(["eval", "net.llnet", "--checkpoint", out, "--json"], { services })).code).toBe(0);
});

test.skipIf(withoutEngine)(
  "predict gives the same classes for samples of the dataset and for the same pixels from a file",
  async () => {
    const directory = temporaryDirectory();
    const out = join(directory, "run");
    await train(out);
    const { predictions } = JSON.parse((await runCli(["predict", out, "--samples", "3..5", "--json"])).out);
    expect(predictions.map(({ sample }: { sample: number }) => sample)).toEqual([3, 4, 5]);
    for (const { probabilities } of predictions)
      expect(probabilities.reduce((sum: number, share: number) => sum + share, 0)).toBeCloseTo(1, 6);

    const { openDataset } = await import("../../runtime/data/index.ts");
    const { dataset } = await openDataset(data);
    const images = [3, 4, 5].map((sample) => [
      ...(dataset?.test.images.subarray(sample * 192, (sample + 1) * 192) ?? []),
    ]);
    const file = join(directory, "images.json");
    writeFileSync(file, JSON.stringify(images));
    const fromFile = JSON.parse((await runCli(["predict", out, "--input", file, "--json"])).out).predictions;
    expect(fromFile.map(({ probabilities }: { probabilities: number[] }) => probabilities)).toEqual(
      predictions.map(({ probabilities }: { probabilities: number[] }) => probabilities),
    );
    writeFileSync(file, JSON.stringify([[1, 2, 3]]));
    const wrong = await runCli(["predict", out, "--input", file]);
    expect({ code: wrong.code, error: wrong.error }).toMatchObject({
      code: 2,
      error: expect.stringContaining("image 0 is not 192 numbers from 0 to 255"),
    });
  },
);
