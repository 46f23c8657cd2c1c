/** What `llnet new` offers. Backbones, heads and contexts are those that `std/` declares; the words for their sizes are here. */
import type { LibraryDeclaration } from "../../compiler/index.ts";

export interface Choice {
  /** The word on the command line. */
  readonly name: string;
  readonly about: string;
}

export interface BackboneChoice extends Choice {
  /** The declaration in `std/backbones`. */
  readonly declaration: string;
  /** The call for square images of so many pixels. */
  readonly write: (side: number) => string;
}

export interface MethodChoice extends Choice {
  readonly imports: readonly string[];
  /** Lines of `heads { … }` for so many modules; none for end-to-end training. */
  readonly entries: (modules: number) => readonly string[];
  /** Where the authors' settings hold for one network cut in one way. */
  readonly only?: { readonly backbone: string; readonly modules: number };
  /** The library's file it is from: `man` for `std/man`, by which it may be called as well. */
  readonly paper: string;
}

export interface ModelChoices {
  readonly backbones: readonly BackboneChoice[];
  readonly methods: readonly MethodChoice[];
  readonly contexts: readonly Choice[];
  /** Where the library declares a name. */
  readonly fileOf: (name: string) => string | undefined;
}

export function modelChoices(library: readonly LibraryDeclaration[]): ModelChoices {
  return {
    backbones: library
      .filter(({ kind, file }) => kind === "backbone" && file === "std/backbones")
      .flatMap(backboneChoices),
    methods: [endToEnd, ...library.filter(isMethod).map(methodChoice)],
    contexts: library.filter(isContext).map((each) => ({ name: each.name, about: firstSentence(each) })),
    fileOf: (name) => library.find((each) => each.name === name)?.file,
  };
}

/** Sizes with a word of their own: `resnet32` is `resnet_cifar(depth = 32)`. */
const sizes: Readonly<Record<string, { readonly word: (size: number) => string; readonly sizes: readonly number[] }>> =
  {
    resnet_cifar: { word: (depth) => `resnet${depth}`, sizes: [20, 32, 44, 56, 110] },
    resnet: { word: (depth) => `resnet${depth}`, sizes: [18, 34, 50, 101, 152] },
    resnext: { word: (depth) => `resnext${depth}`, sizes: [50, 101] },
    densenet: { word: (depth) => `densenet${depth}`, sizes: [40, 100] },
    vgg: { word: (depth) => `vgg${depth}`, sizes: [11, 13, 16, 19] },
    vgg_b: { word: (depth) => `vgg${depth}b`, sizes: [8, 11] },
  };

function backboneChoices(declaration: LibraryDeclaration): readonly BackboneChoice[] {
  const about = firstSentence(declaration);
  const named = sizes[declaration.name];
  const { name } = declaration;
  if (named === undefined) return [{ name, about, declaration: name, write: (side) => callOf(name, side) }];
  return named.sizes.map((depth) => ({
    name: named.word(depth),
    about,
    declaration: name,
    write: (side) => callOf(name, side, depth),
  }));
}

/** Arguments for small images where the declaration's own are for large ones. */
function callOf(name: string, side: number, depth = 0): string {
  const stem = side <= 64 ? ", stem = conv_norm_relu" : "";
  const calls: Readonly<Record<string, string>> = {
    resnet: `resnet(depth = ${depth}${stem})`,
    resnext: `resnext(depth = ${depth}${stem})`,
    vgg: `vgg(depth = ${depth}, hidden = [])`,
    mlp: "mlp(widths = [256, 256, 256, 256])",
    vit: `vit(patch = ${side <= 32 ? Math.ceil(side / 8) : Math.ceil(side / 16)})`,
    swin: `swin(window = ${side === 32 ? 4 : 3}, patch = ${side <= 16 ? 1 : 4})`,
  };
  return calls[name] ?? (depth === 0 ? `${name}()` : `${name}(depth = ${depth})`);
}

const endToEnd: MethodChoice = {
  name: "end_to_end",
  about: "One module and one classifier, trained as networks usually are.",
  imports: [],
  entries: () => [],
  paper: "",
};

/** Heads that end a network; they train no local module. */
const ends: readonly string[] = ["classifier", "predsim_output", "windowed"];

/** Forward-Forward writes the label into the image, the other is made for 224 by 224 pixels: both are more than a few words. */
const notOffered: readonly string[] = ["std/forward_forward", "std/infopro"];

/** What a method needs beside its own name: arguments, another end, a context. */
const particulars: Readonly<Record<string, Partial<Omit<MethodChoice, "name" | "about">>>> = {
  dcl: { imports: ["dcl", "classifier"], entries: () => ["local: dcl(256)", "last: classifier"] },
  dgl: {
    imports: ["dgl", "mlp_classifier"],
    entries: () => ["local: dgl", "last: dgl(then = mlp_classifier)"],
  },
  infopro: {
    entries: (modules) => [
      modules > 2 ? "local: infopro(reconstruct = lerp(5, 1), classify = lerp(0.5, 1))" : "local: infopro",
      "last: classifier",
    ],
  },
  predsim: {
    imports: ["predsim", "predsim_output"],
    entries: () => ["local: predsim(limit = 512)", "last: predsim_output"],
  },
  transported: {
    imports: ["transported", "linear_logits"],
    entries: () => ["each: transported(then = linear_logits)"],
  },
  backlink: {
    imports: ["backlink", "linear_logits"],
    entries: () => ["local: backlink", "last: backlink(then = linear_logits)"],
  },
  mlaan: {
    imports: ["mlaan", "resnet32_chains_8", "windowed"],
    entries: () => ["1: off", "2..last - 1: mlaan(table(resnet32_chains_8(backbone)))", "last: windowed"],
    only: { backbone: "resnet32", modules: 8 },
  },
  hpff: {
    imports: ["hpff", "windowed"],
    entries: () => ["1: off", "2..last - 1: hpff", "last: windowed(alone = 0.001)"],
  },
};

function isMethod({ kind, name, file, parameters }: LibraryDeclaration): boolean {
  const [module, ...others] = parameters;
  const isReady = module?.name === "module" && others.every(({ isRequired }) => !isRequired);
  if (notOffered.includes(file)) return false;
  return kind === "head" && !ends.includes(name) && (isReady || particulars[name] !== undefined);
}

function methodChoice(declaration: LibraryDeclaration): MethodChoice {
  const { name } = declaration;
  return {
    name,
    about: firstSentence(declaration),
    imports: [name, "classifier"],
    entries: () => [`local: ${name}`, "last: classifier"],
    paper: declaration.file.slice("std/".length),
    ...particulars[name],
  };
}

/** Blocks made to stand in `context { … }`: they are given the module. */
function isContext({ kind, file, parameters }: LibraryDeclaration): boolean {
  return kind === "block" && file === "std/contsup" && parameters[0]?.name === "module";
}

/** Up to the first full stop that ends a sentence: not the one of "et al.". */
export function firstSentence({ documentation }: Pick<LibraryDeclaration, "documentation">): string {
  const text = documentation.replace(/\s+/g, " ").trim();
  const end = /(?<!\bal|\be\.g|\bi\.e)\.(?=\s|$)/.exec(text)?.index ?? text.length;
  return `${text.slice(0, end)}.`;
}
