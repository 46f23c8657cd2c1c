/**
 * Variables on disk: a folder with `manifest.json`, which lists them, and one binary file that holds their values.
 *
 * The manifest is written last and renamed into place, and names the binary by its content, so that a crash or a full disk
 * at any moment leaves either the old variables or the new ones. Numbers are little-endian, row-major, without gaps.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TensorValues } from "../execute/executor.ts";
import type { StepProgram, Variable } from "../program/step-program.ts";
import { bytesAt, elementsAt, printType } from "../program/tensor-type.ts";
import { makeFolder, replaceDurably } from "./durable-files.ts";
import { TrainerError } from "./trainer-error.ts";

export interface SavedVariables {
  /** Steps trained so far. */
  readonly step: number;
  readonly values: ReadonlyMap<string, TensorValues>;
  /** Where modules are trained one after the other: the phase, and the steps trained when it began. */
  readonly phase?: SavedPhase;
}

export interface SavedPhase {
  /** 1-based. */
  readonly number: number;
  readonly firstStep: number;
}

interface Manifest {
  readonly format: "llnet-weights";
  readonly version: 1;
  readonly model: string;
  readonly step: number;
  readonly phase?: SavedPhase;
  /** The binary file, its length and the SHA-256 of its content. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** `offset` in bytes. */
  readonly variables: readonly (Pick<Variable, "address" | "role" | "type"> & { readonly offset: number })[];
}

/** Writes all variables into a folder, replacing those it holds, and flushes them to the device. */
export function saveVariables(folder: string, program: StepProgram, { step, values, phase }: SavedVariables): void {
  const variables: Manifest["variables"][number][] = [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const { address, role, type } of program.variables) {
    const array = values.get(address);
    if (array === undefined) throw new Error(`${address} has no value`);
    variables.push({ address, role, type, offset });
    parts.push(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    offset += array.byteLength;
  }
  const sha256 = hashOf(parts);
  const file = `weights-${sha256.slice(0, 16)}.bin`;
  const head = { format: "llnet-weights", version: 1, model: program.name, step, file, bytes: offset, sha256 } as const;
  const manifest: Manifest = { ...head, ...(phase && { phase }), variables };

  makeFolder(folder);
  replaceDurably(folder, file, parts);
  replaceDurably(folder, "manifest.json", `${JSON.stringify(manifest, null, 1)}\n`);
  for (const other of readdirSync(folder)) {
    if (/^weights-\w+\.bin(\.\d+)?$/.test(other) && other !== file) rmSync(join(folder, other), { force: true });
  }
}

/** Reads the variables of a program back; throws a `TrainerError` where the folder holds no whole set that fits it. */
export function loadVariables(folder: string, program: StepProgram): SavedVariables {
  const manifestPath = join(folder, "manifest.json");
  const manifest = parseManifest(readBytes(manifestPath), manifestPath);
  const path = join(folder, manifest.file);
  const bytes = readBytes(path);
  if (bytes.length !== manifest.bytes) {
    throw damaged(path, `expected ${manifest.bytes} bytes, found ${bytes.length}`);
  }
  if (hashOf([bytes]) !== manifest.sha256) throw damaged(path, "its content does not fit the checksum in the manifest");

  const saved = new Map(manifest.variables.map((variable) => [variable.address, variable]));
  const values = new Map<string, TensorValues>();
  for (const { address, type } of program.variables) {
    const found = saved.get(address);
    if (found === undefined) throw unlike(folder, `\`${address}\` is not among the saved variables`);
    if (printType(found.type) !== printType(type)) {
      throw unlike(folder, `\`${address}\` must be ${printType(type)}, found ${printType(found.type)}`);
    }
    if (!(found.offset >= 0) || found.offset + bytesAt(type, 1) > bytes.length) {
      throw damaged(manifestPath, `\`${address}\` lies outside the file`);
    }
    const copy = bytes.slice(found.offset, found.offset + bytesAt(type, 1)).buffer;
    const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
    values.set(address, new arrays[type.dataType](copy, 0, elementsAt(type.shape, 1)));
    saved.delete(address);
  }
  const [extra] = saved.keys();
  if (extra !== undefined) throw unlike(folder, `\`${extra}\` is saved, but the model has no such variable`);
  return { step: manifest.step, values, ...(manifest.phase && { phase: manifest.phase }) };
}

function parseManifest(bytes: Uint8Array, path: string): Manifest {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw damaged(path, "it is not JSON");
  }
  if (!isManifest(content)) throw damaged(path, "it is not a manifest of this version");
  return content;
}

function isManifest(content: unknown): content is Manifest {
  if (typeof content !== "object" || content === null) return false;
  const { format, version, step, phase, file, bytes, sha256, variables } = content as Partial<
    Record<keyof Manifest, unknown>
  >;
  return (
    format === "llnet-weights" &&
    version === 1 &&
    Number.isSafeInteger(step) &&
    (phase === undefined || isSavedPhase(phase)) &&
    typeof file === "string" &&
    /^weights-\w+\.bin$/.test(file) &&
    Number.isSafeInteger(bytes) &&
    typeof sha256 === "string" &&
    Array.isArray(variables) &&
    variables.every(
      (variable: Partial<Manifest["variables"][number]> | null) =>
        typeof variable?.address === "string" &&
        Number.isSafeInteger(variable.offset) &&
        typeof variable.type?.dataType === "string" &&
        Array.isArray(variable.type.shape),
    )
  );
}

function isSavedPhase(phase: unknown): phase is SavedPhase {
  if (typeof phase !== "object" || phase === null) return false;
  const { number, firstStep } = phase as Partial<Record<keyof SavedPhase, unknown>>;
  return Number.isSafeInteger(number) && Number.isSafeInteger(firstStep);
}

function readBytes(path: string): Uint8Array {
  try {
    // A plain array of its own: views of Node's pooled buffers cannot be sliced into aligned arrays.
    return Uint8Array.from(readFileSync(path));
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? error.code : "unknown";
    const what = reason === "ENOENT" ? "there is no such file" : `it cannot be read (${reason})`;
    throw new TrainerError(
      "LL8061",
      `no saved weights at ${path}: ${what}`,
      "give a folder that `save` has written",
      path,
    );
  }
}

function damaged(path: string, why: string): TrainerError {
  return new TrainerError("LL8062", `${path} is damaged: ${why}`, "load another checkpoint or train again", path);
}

function unlike(folder: string, why: string): TrainerError {
  return new TrainerError(
    "LL8063",
    `these weights belong to another model: ${why}`,
    "load them into the model they were saved from",
    folder,
  );
}

function hashOf(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
