/**
 * Colours, light and dark. Six hues that people with any kind of colour blindness tell apart (Okabe and Ito 2008, darkened to
 * be read on white); after six modules they come again, and a number always says the same.
 */
export const hueCount = 6;

interface Hue {
  readonly line: string;
  readonly tint: string;
}

interface Scheme {
  readonly ink: string;
  readonly quiet: string;
  readonly paper: string;
  readonly box: string;
  readonly stop: string;
  readonly focus: string;
  readonly hues: readonly Hue[];
}

const light: Scheme = {
  ink: "#1a1d21",
  quiet: "#59606b",
  paper: "#ffffff",
  box: "#ffffff",
  stop: "#b3261e",
  focus: "#1a1d21",
  hues: [
    { line: "#0067a8", tint: "#eaf3fa" },
    { line: "#b86e00", tint: "#fdf3e3" },
    { line: "#00795a", tint: "#e7f5f0" },
    { line: "#a8447f", tint: "#faedf5" },
    { line: "#5b4fb3", tint: "#efedfa" },
    { line: "#6b6a00", tint: "#f4f4de" },
  ],
};

const dark: Scheme = {
  ink: "#e8eaed",
  quiet: "#a3abb8",
  paper: "#15181c",
  box: "#22262c",
  stop: "#ff8a80",
  focus: "#ffffff",
  hues: [
    { line: "#63b6ee", tint: "#16242f" },
    { line: "#f0ab3c", tint: "#2b2216" },
    { line: "#3fcf9f", tint: "#14271f" },
    { line: "#ee8fc6", tint: "#2b1a25" },
    { line: "#aaa0f5", tint: "#201d33" },
    { line: "#d0cf52", tint: "#26260f" },
  ],
};

/** Rules of the picture, for an SVG file of its own and for the page. */
export const pictureStyle = [
  ".graph text { font-family: system-ui, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif; }",
  ".graph .bold { font-weight: 600; }",
  ".graph .flow, .graph .rail, .graph .edge { fill: none; stroke-width: 1.4; }",
  ".graph .rail { stroke-dasharray: 5 4; }",
  ".graph .edge { stroke-width: 1.1; }",
  ".graph .stopped { stroke-dasharray: 3 3; }",
  ".graph .track { fill: none; stroke-width: 2.6; }",
  ".graph .pattern1 { stroke-dasharray: 9 4; }",
  ".graph .pattern2 { stroke-dasharray: 2 4; }",
  ".graph .pattern3 { stroke-dasharray: 10 4 2 4; }",
  ".graph .stop { fill: none; stroke-width: 3.4; }",
  ".graph .stop-open { stroke-width: 1.6; }",
  ".graph .crossing { fill: none; stroke-width: 2.2; }",
  ".graph .box { stroke-width: 1.3; }",
  ".graph .head > .box { stroke-width: 2; }",
  ".graph .ground { stroke-width: 1; }",
  ".graph .button { cursor: pointer; outline: none; }",
  ".graph .button:focus-visible > .ring { stroke-width: 3; }",
  ".graph .ring { fill: none; stroke-width: 0; }",
  ".graph .dim { opacity: 0.22; }",
  ".graph .reached > .box { stroke-width: 3.4; }",
  ...schemeRules(light),
  `@media (prefers-color-scheme: dark) { ${schemeRules(dark).join(" ")} }`,
  `@media print { ${schemeRules(light).join(" ")} }`,
].join("\n");

/** Colours of the page around the picture. */
export const pageColors = { light, dark };

function schemeRules({ ink, quiet, paper, box, stop, focus, hues }: Scheme): string[] {
  return [
    `.graph .paper { fill: ${paper}; }`,
    `.graph text, .graph .solid { fill: ${ink}; }`,
    `.graph text.quiet { fill: ${quiet}; }`,
    `.graph .flow, .graph .edge { stroke: ${ink}; }`,
    `.graph .rail { stroke: ${quiet}; }`,
    `.graph .box { fill: ${box}; stroke: ${quiet}; }`,
    `.graph .chip { fill: ${paper}; stroke: ${quiet}; }`,
    `.graph .stop { stroke: ${stop}; }`,
    `.graph .halo { paint-order: stroke; stroke: ${box}; stroke-width: 3px; }`,
    `.graph .stop-fill { fill: ${stop}; }`,
    `.graph .stop-open { fill: ${paper}; stroke: ${stop}; }`,
    `.graph text.stop-text { fill: ${stop}; }`,
    `.graph .button > .ring { stroke: ${focus}; }`,
    `.graph .hatch { stroke: ${ink}; }`,
    ...hues.flatMap(({ line, tint }, index) => [
      `.graph .tint${index} { fill: ${tint}; stroke: ${line}; }`,
      `.graph .line${index} { stroke: ${line}; }`,
      `.graph .fill${index} { fill: ${line}; stroke: ${line}; }`,
    ]),
  ];
}

/** Which of the hues a module has. */
export function hueOf(module: number): number {
  return (module - 1) % hueCount;
}
