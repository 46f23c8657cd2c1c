/** The door for whoever asks about files while they are written: the language server. */
export { type Analysis, type AnalysisOptions, createAnalysis, type Snapshot } from "./analysis.ts";
export { createLayout, type Layout } from "./layout.ts";
