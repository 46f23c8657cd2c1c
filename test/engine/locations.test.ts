import { expect, test } from "vitest";
import * as loader from "../../runtime/engine/locations.ts";
// @ts-expect-error The installer is plain JavaScript without declarations.
import * as installerModule from "../../scripts/engine/locations.mjs";

const installer = installerModule as unknown as typeof loader & {
  bindingFolderName(tensorflow: string, platform: string, architecture: string, recipe: string): string;
};

test.each([
  [{}, "/homes/a", "/p"],
  [{}, null, "/p"],
  [{ LLNET_CACHE: "/big/cache" }, "/homes/a", "/p"],
  [{ LLNET_CACHE: "near" }, "/homes/a", "/p"],
  [{ LLNET_CACHE: "" }, "/homes/a", "/p"],
  [{ XDG_CACHE_HOME: "/xdg" }, "/homes/a", "/p"],
  [{ XDG_CACHE_HOME: "relative" }, "/homes/a", "/p"],
  [{ LLNET_CACHE: "/big/cache", XDG_CACHE_HOME: "/xdg" }, "/homes/a", "/p"],
])("installer and loader look in the same folders for %j, home %s, root %s", (environment, home, root) => {
  expect(installer.cacheFolders(environment, home, root)).toEqual(loader.cacheFolders(environment, home, root));
});

test("LLNET_CACHE beats XDG_CACHE_HOME, which beats the home folder, and the project's own folder is the last resort", () => {
  expect(loader.cacheFolders({ LLNET_CACHE: "/a", XDG_CACHE_HOME: "/b" }, "/h", "/p")).toEqual(["/a", "/p/.engine"]);
  expect(loader.cacheFolders({ XDG_CACHE_HOME: "/b" }, "/h", "/p")).toEqual(["/b/llnet", "/p/.engine"]);
  expect(loader.cacheFolders({}, "/h", "/p")).toEqual(["/h/.cache/llnet", "/p/.engine"]);
  expect(loader.cacheFolders({}, null, "/p")).toEqual(["/p/.engine"]);
});

test("installer and loader agree on versions, formats and file names", () => {
  const { tfjsVersion, tensorflowVersion, webgpuVersion, recordFormat, recordFile, lastSetupFile } = loader;
  expect(installer).toMatchObject({
    ...{ tfjsVersion, tensorflowVersion, webgpuVersion },
    ...{ recordFormat, recordFile, lastSetupFile },
  });
  expect(installer.webgpuFolderName("linux", "x64")).toBe(loader.webgpuFolderName("linux", "x64"));
});

test("the loader recognises the folder names the installer gives", () => {
  const name = installer.bindingFolderName("2.21.0", "linux", "x64", "0123abcd");
  expect(name).toBe("binding-4.22.0-tf2.21.0-linux-x64-0123abcd");
  expect(name.startsWith(loader.bindingFolderPrefix())).toBe(true);
  expect(name).toContain(loader.bindingFolderMiddle("linux", "x64"));
  expect(name).not.toContain(loader.bindingFolderMiddle("linux", "arm64"));
});
