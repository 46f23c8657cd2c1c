import { existsSync } from "node:fs";
import { test } from "vitest";
import { findWebgpu } from "../../../runtime/engine/find-webgpu.ts";
import { loadWebgpu } from "../../../runtime/engine/load-webgpu.ts";
import { kernelsFor } from "../../../runtime/execute/portable/portable-kernels.ts";
import type { PortableSetup } from "../../operations/execute-portable.ts";

// A driver in software, which comes with Chromium, where the machine names none of its own.
const software = "/usr/lib/chromium/vk_swiftshader_icd.json";
if (process.env["VK_DRIVER_FILES"] === undefined && existsSync(software)) {
  process.env["VK_DRIVER_FILES"] = software;
  process.env["XDG_RUNTIME_DIR"] ??= "/tmp";
}

/** Why WebGPU's tests are skipped, or null. */
export const whyNoWebgpu = await reason();

export const onWebgpu: PortableSetup = { name: "WebGPU", load: loadWebgpu, kernelsOf: kernelsFor, directions: 1 };

/** A test that needs WebGPU: skipped, with the reason in its name, where there is none. */
export const webgpuTest = whyNoWebgpu === null ? test : test.skip;

async function reason(): Promise<string | null> {
  if (findWebgpu() === null) return "not installed";
  try {
    await loadWebgpu();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
