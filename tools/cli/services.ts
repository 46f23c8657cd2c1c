/**
 * What commands use of the compiler and the runtime, loaded when a command needs it and not before: `llnet --help` starts
 * neither. Tests may hand commands others.
 */
import type { Emitters } from "./emitters.ts";

export interface Services {
  readonly compiler: () => Promise<typeof import("../../compiler/index.ts")>;
  readonly emitters: () => Promise<Emitters>;
  readonly runtime: () => Promise<typeof import("../../runtime/index.ts")>;
  readonly loop: () => Promise<typeof import("../../runtime/train/loop/index.ts")>;
  readonly engine: () => Promise<typeof import("../../runtime/engine/index.ts")>;
}

export const ownServices: Services = {
  compiler: () => import("../../compiler/index.ts"),
  emitters: async () => (await import("./emitters.ts")).emitters,
  runtime: () => import("../../runtime/index.ts"),
  loop: () => import("../../runtime/train/loop/index.ts"),
  engine: () => import("../../runtime/engine/index.ts"),
};
