/** 5-emit: a StepProgram as TypeScript, JSON or a picture. Nothing here changes what a program means. */
export { emitDot } from "./emit-dot.ts";
export { emitJson } from "./emit-json.ts";
export { emitGraph } from "./graph/emit-graph.ts";
export { type EmitTypeScriptOptions, type EmittedFile, emitTypeScript } from "./typescript/emit-typescript.ts";
