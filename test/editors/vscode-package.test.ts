import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { unzipSync } from "fflate";
import { beforeAll, expect, test } from "vitest";

interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly icon: string;
  readonly contributes: {
    readonly languages: readonly { readonly configuration: string }[];
    readonly grammars: readonly { readonly path: string; readonly scopeName: string }[];
    readonly snippets: readonly { readonly path: string }[];
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly description: string; readonly media: { readonly markdown: string } }[];
    }[];
  };
}

let bytes: Uint8Array;
let files: Readonly<Record<string, Uint8Array>>;
let manifest: Manifest;
let packageExtension: () => Promise<{ bytes: Uint8Array }>;

const textOf = (path: string) => Buffer.from(files[path] ?? new Uint8Array()).toString();
const inside = (path: string) => `extension/${path.replace(/^\.\//, "")}`;

beforeAll(async () => {
  const script = new URL("../../scripts/package-vscode.mjs", import.meta.url).href;
  ({ packageExtension } = await import(script));
  ({ bytes } = await packageExtension());
  files = unzipSync(bytes);
  manifest = JSON.parse(textOf("extension/package.json"));
});

test("the package has a manifest, the types of all its files, and the extension", () => {
  const types = textOf("[Content_Types].xml");
  for (const path of Object.keys(files)) {
    if (path === "[Content_Types].xml") continue;
    expect(path === "extension.vsixmanifest" || path.startsWith("extension/")).toBe(true);
    expect(types).toContain(`Extension="${path.slice(path.lastIndexOf("."))}"`);
  }
  expect(types).not.toContain("undefined");
});

test("every asset and every path in the manifests is a file of the package", () => {
  const assets = [...textOf("extension.vsixmanifest").matchAll(/Path="([^"]+)"|<(?:Icon|License)>([^<]+)</g)];
  const { languages, grammars, snippets, walkthroughs } = manifest.contributes;
  const paths = [
    ...assets.map(([, path, element]) => path ?? element ?? ""),
    ...[manifest.main, manifest.icon].map(inside),
    ...languages.map(({ configuration }) => inside(configuration)),
    ...[...grammars, ...snippets].map(({ path }) => inside(path)),
    ...walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => inside(media.markdown))),
  ];
  expect(assets).toHaveLength(7);
  expect(paths.filter((path) => files[path] === undefined)).toEqual([]);
});

test("the extension's version is llnet's, in both manifests", () => {
  const own = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(manifest.version).toBe(own.version);
  expect(textOf("extension.vsixmanifest")).toContain(`Id="llnet" Version="${own.version}" Publisher="llnet"`);
});

test("its grammars are the ones in grammar/textmate, under the scopes the manifest says", () => {
  for (const { path, scopeName } of manifest.contributes.grammars) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const own = readFileSync(new URL(`../../grammar/textmate/${name}`, import.meta.url), "utf8");
    expect(textOf(inside(path))).toBe(own);
    expect(JSON.parse(own).scopeName).toBe(scopeName);
  }
});

test("menus and walkthrough name only commands that there are", () => {
  const { commands, menus, walkthroughs } = manifest.contributes;
  const known = new Set(commands.map(({ command }) => command));
  const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps);
  const named = [
    ...Object.values(menus).flatMap((entries) => entries.map(({ command }) => command)),
    ...steps.flatMap(({ description }) => [...description.matchAll(/command:(llnet\.\w+)/g)].map(([, name]) => name)),
  ];
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !known.has(name ?? ""))).toEqual([]);
});

test("the icon is a square of 128 pixels", () => {
  const icon = Buffer.from(files[inside(manifest.icon)] ?? []);
  expect(icon.subarray(1, 4).toString()).toBe("PNG");
  expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([128, 128]);
});

test("the bundle needs the editor and Node, and nothing else", () => {
  const needed = new Set([...textOf(inside(manifest.main)).matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name));
  expect([...needed].filter((name) => name !== "vscode" && !isBuiltin(name ?? ""))).toEqual([]);
  expect(needed).toContain("vscode");
});

test("the same sources make the same package", async () => {
  expect(Buffer.from((await packageExtension()).bytes).equals(Buffer.from(bytes))).toBe(true);
});
