import { spawnSync } from "node:child_process";

/** A Python that can import torch and numpy: `LLNET_BENCH_PYTHON`, or `python3` where it happens to have them. */
export function findPython(): { readonly python: string } | { readonly skipped: string } {
  const wanted = process.env["LLNET_BENCH_PYTHON"];
  const python = wanted ?? "python3";
  const { status } = spawnSync(python, ["-c", "import torch, numpy"], { stdio: "ignore", timeout: 60_000 });
  if (status === 0) return { python };
  const told =
    wanted === undefined ? "set LLNET_BENCH_PYTHON to a Python that has it" : `LLNET_BENCH_PYTHON is ${wanted}`;
  return { skipped: `no Python with torch and numpy (${told})` };
}
