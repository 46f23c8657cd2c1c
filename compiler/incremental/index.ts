/** The door for whoever asks about files while they are written: the language server. */
export { type Analysis, createAnalysis, type Snapshot } from "./analysis.ts";
