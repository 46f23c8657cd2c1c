import { expect, test } from "vitest";
import { emitDot, emitJson } from "../../../compiler/5-emit/index.ts";
import { writeMlp } from "../../runtime/support/networks.ts";

test("JSON holds the whole program", () => {
  const program = writeMlp();
  expect(JSON.parse(emitJson(program))).toEqual(program);
});

test("JSON does not depend on the order in which the keys were made", () => {
  const program = writeMlp();
  const { recipe, ...others } = program;
  expect(emitJson({ recipe, ...others })).toBe(emitJson(program));
});

test("JSON writes an instruction on a line where it fits", () => {
  const lines = emitJson(writeMlp()).split("\n");
  expect(lines.filter((line) => line.includes('"primitive": "matmul"')).length).toBeGreaterThan(0);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(120);
});

test("the picture shows modules as clusters and the stop between them", () => {
  expect(emitDot(writeMlp())).toMatchInlineSnapshot(`
    "digraph "mlp" {
      rankdir=TB;
      node [shape=box, style="rounded,filled", fillcolor=white, fontname="Helvetica"];
      edge [fontname="Helvetica", fontsize=10];
      "input" [shape=plaintext, style="", label="input\\n[batch, 4]"];
      subgraph cluster_1 {
        label="module 1";
        style="rounded"; color="#888888"; fontname="Helvetica";
        "layer[1]";
        "head[1]" [fillcolor="#eef3ff", label="head[1]\\nhead[1]"];
        "module[1].classes" [shape=ellipse, fillcolor="#fff4e0", label="module[1].classes\\nweight 1"];
      }
      subgraph cluster_2 {
        label="module 2";
        style="rounded"; color="#888888"; fontname="Helvetica";
        "layer[2]";
        "head[2]" [fillcolor="#eef3ff", label="head[2]"];
        "module[2].classes" [shape=ellipse, fillcolor="#fff4e0", label="module[2].classes\\nweight 1"];
      }
      "input" -> "layer[1]" [label="[batch, 4]"];
      "layer[1]" -> "head[1]" [label="[batch, 8]"];
      "layer[1]" -> "layer[2]" [label="[batch, 8]\\nstop", style=dashed, color=red, fontcolor=red];
      "layer[2]" -> "head[2]" [label="[batch, 3]"];
      "head[1]" -> "module[1].classes";
      "head[2]" -> "module[2].classes";
    }
    "
  `);
});
