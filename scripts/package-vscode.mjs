/**
 * `npm run package:vscode`: bundles the extension's client and writes `dist/llnet-VERSION.vsix`, without any network.
 *
 *     node scripts/package-vscode.mjs [--out FILE]
 *
 * A `.vsix` is a zip: a manifest, the types of its files, and the extension's folder.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { zipSync } from "fflate";

const root = fileURLToPath(new URL("..", import.meta.url));
const extension = join(root, "editors/vscode");

/** The files of the extension by their paths inside it. */
export async function extensionFiles() {
  const files = new Map();
  const add = (path, content) => files.set(path, Buffer.from(content));
  const own = ["package.json", "language-configuration.json", "README.md", "CHANGELOG.md", "icon.png"];
  for (const path of own) add(path, readFileSync(join(extension, path)));
  for (const folder of ["snippets", "walkthrough"]) {
    for (const name of readdirSync(join(extension, folder)).sort()) {
      add(`${folder}/${name}`, readFileSync(join(extension, folder, name)));
    }
  }
  for (const name of ["llnet.tmLanguage.json", "llnet-in-markdown.tmLanguage.json"]) {
    add(`syntaxes/${name}`, readFileSync(join(root, "grammar/textmate", name)));
  }
  add("LICENSE.txt", readFileSync(join(root, "LICENSE")));
  add("dist/extension.js", await bundleClient());
  return files;
}

async function bundleClient() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["editors/vscode/client/extension.ts"],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    // The editor gives it.
    external: ["vscode"],
    minify: true,
    legalComments: "none",
    logLevel: "error",
  });
  return outputFiles[0].contents;
}

/** The zip's bytes. The same sources give the same bytes: no time of day is in them. */
export async function packageExtension() {
  const files = await extensionFiles();
  const manifest = JSON.parse(files.get("package.json").toString());
  const entries = {
    "extension.vsixmanifest": Buffer.from(vsixManifest(manifest)),
    "[Content_Types].xml": Buffer.from(contentTypes([...files.keys()])),
  };
  for (const [path, content] of files) entries[`extension/${path}`] = content;
  return { version: manifest.version, bytes: zipSync(entries, { level: 9, mtime: new Date(1980, 0, 1) }) };
}

function vsixManifest(manifest) {
  const asset = (type, path) => `    <Asset Type="${type}" Path="extension/${path}" Addressable="true"/>`;
  const property = (id, value) => `      <Property Id="${id}" Value="${escapeXml(value)}"/>`;
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${manifest.name}" Version="${manifest.version}" Publisher="${manifest.publisher}"/>
    <DisplayName>${escapeXml(manifest.displayName)}</DisplayName>
    <Description xml:space="preserve">${escapeXml(manifest.description)}</Description>
    <Tags>${escapeXml([...manifest.keywords, "llnet", "__ext_llnet"].join(","))}</Tags>
    <Categories>${escapeXml(manifest.categories.join(","))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
${property("Microsoft.VisualStudio.Code.Engine", manifest.engines.vscode)}
${property("Microsoft.VisualStudio.Code.ExtensionDependencies", "")}
${property("Microsoft.VisualStudio.Code.ExtensionPack", "")}
${property("Microsoft.VisualStudio.Code.ExtensionKind", manifest.extensionKind.join(","))}
${property("Microsoft.VisualStudio.Services.Branding.Color", manifest.galleryBanner.color)}
${property("Microsoft.VisualStudio.Services.Branding.Theme", manifest.galleryBanner.theme)}
    </Properties>
    <License>extension/LICENSE.txt</License>
    <Icon>extension/${manifest.icon}</Icon>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code"/>
  </Installation>
  <Dependencies/>
  <Assets>
${[
  asset("Microsoft.VisualStudio.Code.Manifest", "package.json"),
  asset("Microsoft.VisualStudio.Services.Content.Details", "README.md"),
  asset("Microsoft.VisualStudio.Services.Content.Changelog", "CHANGELOG.md"),
  asset("Microsoft.VisualStudio.Services.Content.License", "LICENSE.txt"),
  asset("Microsoft.VisualStudio.Services.Icons.Default", manifest.icon),
].join("\n")}
  </Assets>
</PackageManifest>
`;
}

function contentTypes(paths) {
  const types = {
    ".json": "application/json",
    ".md": "text/markdown",
    ".js": "application/javascript",
    ".png": "image/png",
    ".txt": "text/plain",
    ".vsixmanifest": "text/xml",
  };
  const endings = [...new Set([...paths.map((path) => extname(path)), ".vsixmanifest"])].sort();
  const lines = endings.map((ending) => `  <Default Extension="${ending}" ContentType="${types[ending]}"/>`);
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
${lines.join("\n")}
</Types>
`;
}

function escapeXml(text) {
  return String(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { version, bytes } = await packageExtension();
  const at = process.argv.indexOf("--out");
  const target = at > 0 ? process.argv[at + 1] : join(root, "dist", `llnet-${version}.vsix`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, bytes);
  console.log(`${relative(process.cwd(), target)}  ${(bytes.length / 1000).toFixed(1)} kB`);
}
