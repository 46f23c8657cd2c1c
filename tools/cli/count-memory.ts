import { freemem } from "node:os";
import type { StepProgram } from "../../runtime/index.ts";
import type { Session } from "./session.ts";
import { syntheticBatch } from "./synthetic-batch.ts";

/**
 * Bytes that a training step at the recipe's batch size holds at its peak, counted in one step of the eager executor: the
 * graphs of the native engine do not tell. Undefined where `planned` bytes are more than half of what is free, and for a
 * sequential training, which has a step per phase.
 */
export async function countMemory(
  session: Session,
  program: StepProgram,
  planned: number,
): Promise<number | undefined> {
  if (program.phases !== undefined || planned > freemem() / 2) return undefined;
  const { createTrainer } = await session.services.runtime();
  const trainer = await createTrainer(program, { executor: "eager" });
  try {
    await trainer.step(syntheticBatch(program));
    return trainer.memory().tracked;
  } finally {
    trainer.dispose();
  }
}
