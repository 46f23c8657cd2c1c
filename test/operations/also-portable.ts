/**
 * Makes a file's tests of values tests of the portable engines too: what was computed natively, and held against references
 * and golden numbers there, is computed again after each test. On WebGPU only where `LLNET_TEST_WEBGPU` is set.
 */
import { afterEach, expect } from "vitest";
import { expectAlike } from "./alike.ts";
import type { Execution } from "./execute.ts";
import { onExecution } from "./execute.ts";
import { executePortable, onWasm } from "./execute-portable.ts";

const setups = [
  onWasm,
  // Not loaded where it is not asked for: starting a driver takes a while.
  ...(process.env["LLNET_TEST_WEBGPU"] ? [(await import("../runtime/webgpu/webgpu-test.ts")).onWebgpu] : []),
];
const executions: Execution[] = [];
onExecution((execution) => executions.push(execution));

afterEach(async () => {
  for (const { recorder, batch, inputs, wanted, found } of executions.splice(0)) {
    for (const setup of setups) {
      const again = await executePortable(recorder, batch, inputs, wanted, setup);
      const primitives = recorder.instructions.map(({ primitive }) => primitive).join(", ");
      expect(again).toHaveLength(found.length);
      found.forEach((expected, index) => {
        expectAlike(again[index], expected, `${setup.name}: value ${index} of ${primitives}`);
      });
    }
  }
});
