import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineError } from "./engine-error.ts";
import type { WebgpuRecord } from "./find-webgpu.ts";
import { findWebgpu, webgpuSetupCommand } from "./find-webgpu.ts";
import { whyLastLoadCrashed } from "./last-load.ts";
import { markLoading } from "./loading-marks.ts";
import { projectRoot } from "./locations.ts";
import type { EngineDataType, EngineTensor, EngineValues, PortableEngine } from "./portable-engine.ts";
import { probeDawn } from "./probe-addon.ts";
import { resolveImportsFrom } from "./resolve-imports.ts";

let loaded: Promise<PortableEngine> | undefined;

/**
 * Loads TensorFlow.js's WebGPU kernels on Dawn into this process. There is one such engine per process. Values are only ever
 * read by waiting for them: WebGPU in Node has no other way. Throws an `EngineError` where WebGPU is not installed (LL9010)
 * or finds no graphics driver (LL9011).
 */
export function loadWebgpu(): Promise<PortableEngine> {
  loaded ??= load().catch((error: unknown) => {
    loaded = undefined;
    if (error instanceof EngineError) throw error;
    throw new EngineError(
      "LL9011",
      `the WebGPU engine does not work: ${error instanceof Error ? error.message : String(error)}`,
      `set it up again with \`${webgpuSetupCommand} --force\`, or use another engine`,
    );
  });
  return loaded;
}

/** What we use of WebGPU and Dawn's addon. */
interface Dawn {
  readonly globals: Readonly<Record<string, unknown>>;
  create(options: readonly string[]): Gpu;
}

interface Gpu {
  requestAdapter(options: { powerPreference: string }): Promise<Adapter | null>;
}

interface Adapter {
  readonly info: { readonly vendor: string; readonly architecture: string; readonly description: string };
  readonly features: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number>>;
  requestDevice(options: { requiredLimits: Record<string, number> }): Promise<Device>;
}

interface Device {
  addEventListener(type: "uncapturederror", listener: (event: { error: { message: string } }) => void): void;
}

/** What we use of TensorFlow.js 4.22; see its `KernelConfig` and `WebGPUBackend`. */
interface Core {
  getKernelsForBackend(name: string): readonly Kernel[];
}

interface Kernel {
  readonly kernelName: string;
  readonly kernelFunc: (call: { inputs: unknown; attrs: unknown; backend: Backend }) => EngineTensor | EngineTensor[];
}

interface Backend {
  readonly tensorMap: { numDataIds(): number };
  /** Tensors that are given back once the commands that use them are sent. */
  readonly tensorDataPendingDisposal: readonly object[];
  readonly bufferManager: { readonly numBytesAllocated: number };
  write(values: EngineValues, shape: readonly number[], dataType: string): object;
  incRef(dataId: object): void;
  disposeData(dataId: object): boolean;
  read(dataId: object): Promise<EngineValues>;
}

const limits = [
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const;

async function load(): Promise<PortableEngine> {
  const record = findWebgpu();
  if (record === null) {
    throw new EngineError("LL9010", "the WebGPU engine is not installed", `run \`${webgpuSetupCommand}\``);
  }
  const requireProject = createRequire(join(projectRoot(), "package.json"));
  // The same tfjs-core as the portable engine's: it is not a package of ours, but of that one.
  const requireHere = createRequire(requireProject.resolve("@tensorflow/tfjs-backend-wasm"));
  // Without it Vulkan's loader complains twice, and does its work.
  process.env["XDG_RUNTIME_DIR"] ??= tmpdir();
  const problem = whyLastLoadCrashed(record.addon, probeDawn);
  if (problem !== null) throw new Error(problem);
  const takeMarkAway = markLoading(record.addon);
  try {
    return await loadMarked(record, requireHere);
  } finally {
    takeMarkAway();
  }
}

async function loadMarked(record: WebgpuRecord, requireHere: NodeJS.Require): Promise<PortableEngine> {
  const dawn = requireHere(record.addon) as Dawn;
  for (const [name, value] of Object.entries(dawn.globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const gpu = dawn.create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw noDriver();
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name] as number])),
  });
  const { backend, kernels } = loadKernels(requireHere, record, gpu, device, adapter);
  const { description, vendor, architecture } = adapter.info;
  return createEngine(backend, kernels, device, description || `${vendor} ${architecture}`.trim() || "unnamed", gpu);
}

function noDriver(): EngineError {
  return new EngineError(
    "LL9011",
    "the WebGPU engine finds no graphics driver that it can use",
    "install the GPU's Vulkan driver (on macOS and Windows there is one), or use another engine (`llnet doctor`)",
  );
}

function loadKernels(
  requireHere: NodeJS.Require,
  record: WebgpuRecord,
  gpu: Gpu,
  device: Device,
  { info }: Adapter,
): { readonly backend: Backend; readonly kernels: ReadonlyMap<string, Kernel["kernelFunc"]> } {
  // TensorFlow.js asks `navigator.gpu` whether there is WebGPU: for this moment there is one.
  const browser = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: { gpu, userAgent: "node" }, configurable: true });
  const withoutOurHook = resolveImportsFrom(requireHere, record.folder);
  try {
    const { WebGPUBackend } = requireHere(record.kernels) as {
      WebGPUBackend: new (device: Device, info: Adapter["info"]) => Backend;
    };
    const core = requireHere("@tensorflow/tfjs-core") as Core;
    const found = core.getKernelsForBackend("webgpu");
    return {
      backend: new WebGPUBackend(device, info),
      kernels: new Map(found.map((kernel) => [kernel.kernelName, kernel.kernelFunc])),
    };
  } finally {
    withoutOurHook();
    if (browser === undefined) Reflect.deleteProperty(globalThis, "navigator");
    else Object.defineProperty(globalThis, "navigator", browser);
  }
}

function createEngine(
  backend: Backend,
  kernels: ReadonlyMap<string, Kernel["kernelFunc"]>,
  device: Device,
  title: string,
  gpu: Gpu,
): PortableEngine {
  // The driver reports mistakes when it meets them, which is later: the next read says so.
  let failure: string | undefined;
  device.addEventListener("uncapturederror", ({ error }) => {
    failure ??= error.message.split("\n", 1)[0];
  });

  const engine: PortableEngine & { readonly gpu: Gpu } = {
    // Dawn ends with the last reference to it.
    gpu,
    name: "webgpu",
    title: `WebGPU, ${title}`,
    has: (kernel) => kernels.has(kernel),
    run(kernel, inputs, attrs) {
      const compute = kernels.get(kernel);
      if (compute === undefined) throw new Error(`the WebGPU engine has no kernel ${kernel}`);
      return [compute({ inputs, attrs, backend })].flat();
    },
    // TensorFlow.js keeps the array itself until a kernel needs it on the GPU.
    create: (values, shape, dtype: EngineDataType) => ({
      dataId: backend.write(values.slice(), shape, dtype),
      shape,
      dtype,
    }),
    share({ dataId, dtype }, shape) {
      backend.incRef(dataId);
      return { dataId, shape, dtype };
    },
    release: ({ dataId }) => void backend.disposeData(dataId),
    async read({ dataId }) {
      const values = (await backend.read(dataId)).slice();
      if (failure === undefined) return values;
      throw new EngineError("LL9011", `the WebGPU engine failed: ${failure}`, "use a smaller batch, or another engine");
    },
    tensorCount: () => backend.tensorMap.numDataIds() - backend.tensorDataPendingDisposal.length,
    memoryBytes: () => backend.bufferManager.numBytesAllocated,
  };
  return engine;
}
