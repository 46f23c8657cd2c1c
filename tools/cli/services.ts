/**
 * What commands use of the compiler and the runtime, loaded when a command needs it and not before: `llnet --help` starts
 * neither. Tests may hand commands others.
 */
export interface Services {
  readonly compiler: () => Promise<typeof import("../../compiler/index.ts")>;
  readonly ablate: () => Promise<typeof import("../../compiler/ablate/index.ts")>;
  readonly emitters: () => Promise<typeof import("../../compiler/5-emit/index.ts")>;
  readonly format: () => Promise<typeof import("../../compiler/format/index.ts")>;
  readonly lint: () => Promise<typeof import("../../compiler/lint/index.ts")>;
  readonly runtime: () => Promise<typeof import("../../runtime/index.ts")>;
  readonly loop: () => Promise<typeof import("../../runtime/train/loop/index.ts")>;
  readonly engine: () => Promise<typeof import("../../runtime/engine/index.ts")>;
}

export const ownServices: Services = {
  compiler: () => import("../../compiler/index.ts"),
  ablate: () => import("../../compiler/ablate/index.ts"),
  emitters: () => import("../../compiler/5-emit/index.ts"),
  format: () => import("../../compiler/format/index.ts"),
  lint: () => import("../../compiler/lint/index.ts"),
  runtime: () => import("../../runtime/index.ts"),
  loop: () => import("../../runtime/train/loop/index.ts"),
  engine: () => import("../../runtime/engine/index.ts"),
};
