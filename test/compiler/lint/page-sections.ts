/** What every page in `docs/rules` has, in this order. */
export const sections = ["What it does", "Why it matters", "Example", "Instead", "Fix safety", "References"];
