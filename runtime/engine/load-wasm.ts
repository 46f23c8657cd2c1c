import { createRequire } from "node:module";
import { join } from "node:path";
import { EngineError } from "./engine-error.ts";
import { projectRoot } from "./locations.ts";
import type {
  EngineAttributes,
  EngineDataType,
  EngineHeap,
  EngineInputs,
  EngineTensor,
  EngineValues,
  PortableEngine,
} from "./portable-engine.ts";
import { threadCount, threadsAskedFor } from "./thread-count.ts";
import { createWasmModule, maximumThreads, type WasmModule } from "./wasm-module.ts";

let loaded: Promise<PortableEngine> | undefined;

/**
 * Loads TensorFlow.js's WebAssembly kernels into this process (0.15 s, 30 MB the first time) without its tape, its engine
 * or its public interface. There is one such engine per process: the kernels are bound to the last one that was set up.
 * The first call decides on its threads: what `LLNET_THREADS` says, else every core, but no more than `useful`; eight at most.
 * Throws an `EngineError`: LL9011 where WebAssembly or the package is missing, LL9012 where `LLNET_THREADS` is no number.
 */
export function loadWasm(useful = Number.POSITIVE_INFINITY): Promise<PortableEngine> {
  loaded ??= load(useful).catch((error: unknown) => {
    loaded = undefined;
    if (error instanceof EngineError) throw error;
    const message = error instanceof Error ? error.message : String((error as { message?: unknown }).message ?? error);
    throw new EngineError(
      "LL9011",
      `the portable engine does not work: ${message}`,
      "reinstall llnet's packages with `npm ci`, then run `llnet doctor`",
    );
  });
  return loaded;
}

/** What we use of TensorFlow.js 4.22; see its `KernelConfig` and `BackendWasm`. */
interface Core {
  getKernelsForBackend(name: string): readonly Kernel[];
}

interface Package {
  readonly BackendWasm: new (module: Backend["wasm"]) => Backend;
  setThreadsCount(count: number): void;
}

interface Kernel {
  readonly kernelName: string;
  readonly kernelFunc: (call: { inputs: unknown; attrs: unknown; backend: Backend }) => EngineTensor | EngineTensor[];
  readonly setupFunc?: (backend: Backend) => void;
}

interface Backend {
  readonly wasm: WasmModule & {
    readonly tfjs: { disposeData(id: number): void; registerTensor(id: number, size: number, offset: number): void };
  };
  readonly dataIdMap: { get(dataId: object): { id: number; memoryOffset: number; dtype: string } };
  dataIdNextNumber: number;
  makeOutput(shape: readonly number[], dataType: string): EngineTensor;
  write(values: EngineValues, shape: readonly number[], dataType: string): object;
  refCount(dataId: object): number;
  incRef(dataId: object): void;
  disposeData(dataId: object): boolean;
  read(dataId: object): Promise<EngineValues>;
  numDataIds(): number;
}

async function load(useful: number): Promise<PortableEngine> {
  const requireHere = createRequire(join(projectRoot(), "package.json"));
  const requireWasm = createRequire(requireHere.resolve("@tensorflow/tfjs-backend-wasm"));
  const core = requireWasm("@tensorflow/tfjs-core") as Core;
  const { BackendWasm, setThreadsCount } = requireWasm("@tensorflow/tfjs-backend-wasm") as Package;
  const listeners = emscriptenListeners();
  const wanted = Number(threadsAskedFor(process.env) ?? Math.min(threadCount(process.env).threads, useful));
  const threads = Math.min(wanted, maximumThreads);
  setThreadsCount(threads);
  const backend = new BackendWasm(withFunctions(await createWasmModule(requireWasm, threads)));
  listeners.remove();
  const kernels = new Map(core.getKernelsForBackend("wasm").map((kernel) => [kernel.kernelName, kernel.kernelFunc]));
  for (const { setupFunc } of core.getKernelsForBackend("wasm")) setupFunc?.(backend);
  return createEngine(backend, kernels, threads);
}

/** The module with the functions that `BackendWasm` expects beside it. */
function withFunctions(module: WasmModule): Backend["wasm"] {
  const tfjs = {
    init: module.cwrap("init", null, []),
    initWithThreadsCount: module.cwrap("init_with_threads_count", null, ["number"]),
    getThreadsCount: module.cwrap("get_threads_count", "number", []),
    registerTensor: module.cwrap("register_tensor", null, ["number", "number", "number"]),
    disposeData: module.cwrap("dispose_data", null, ["number"]),
    dispose: module.cwrap("dispose", null, []),
  };
  return Object.assign(module, { tfjs });
}

function createEngine(
  backend: Backend,
  kernels: ReadonlyMap<string, Kernel["kernelFunc"]>,
  threads: number,
): PortableEngine {
  /** The allocator answers 0 when memory has run out, and TensorFlow.js does not look. */
  function checked(tensor: EngineTensor): EngineTensor {
    const elements = tensor.shape.reduce((product, length) => product * length, 1);
    if (elements > 0 && backend.dataIdMap.get(tensor.dataId).memoryOffset === 0) throw outOfMemory(tensor);
    return tensor;
  }

  function offsetOf(tensor: EngineTensor): number {
    return backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  const heap: EngineHeap = {
    empty: (shape, dataType) => checked(backend.makeOutput(shape, dataType)),
    memory: backend.wasm.memory,
    threads,
    address: offsetOf,
    floats: (tensor) => new Float32Array(backend.wasm.HEAPU8.buffer, offsetOf(tensor), sizeOf(tensor)),
    integers: (tensor) => new Int32Array(backend.wasm.HEAPU8.buffer, offsetOf(tensor), sizeOf(tensor)),
    bytes: (tensor) => new Uint8Array(backend.wasm.HEAPU8.buffer, offsetOf(tensor), sizeOf(tensor)),
    isShared: (tensor) => backend.refCount(tensor.dataId) > 1,
    changed(tensor) {
      // XNNPACK packs weights once per tensor number, so changed values need a new number.
      const data = backend.dataIdMap.get(tensor.dataId);
      backend.wasm.tfjs.disposeData(data.id);
      data.id = backend.dataIdNextNumber;
      backend.dataIdNextNumber += 1;
      backend.wasm.tfjs.registerTensor(data.id, sizeOf(tensor), data.memoryOffset);
    },
  };

  return {
    name: "wasm",
    title: `WebAssembly, SIMD, ${threads === 1 ? "one thread" : `${threads} threads`}`,
    has: (kernel) => kernels.has(kernel),
    run(kernel, inputs: EngineInputs, attrs: EngineAttributes) {
      const compute = kernels.get(kernel);
      if (compute === undefined) throw new Error(`the WebAssembly engine has no kernel ${kernel}`);
      return [compute({ inputs, attrs, backend })].flat().map(checked);
    },
    create(values, shape, dtype: EngineDataType) {
      return checked({ dataId: backend.write(values, shape, dtype), shape, dtype });
    },
    share({ dataId, dtype }, shape) {
      backend.incRef(dataId);
      return { dataId, shape, dtype };
    },
    release: ({ dataId }) => void backend.disposeData(dataId),
    read: ({ dataId }) => backend.read(dataId),
    heap,
    tensorCount: () => backend.numDataIds(),
    memoryBytes: () => backend.wasm.HEAPU8.length,
  };
}

function sizeOf({ shape }: EngineTensor): number {
  return shape.reduce((product, length) => product * length, 1);
}

function outOfMemory(tensor: EngineTensor): EngineError {
  return new EngineError(
    "LL9013",
    `the portable engine has no memory left for a tensor [${tensor.shape.join(", ")}]: WebAssembly ends at 4 GB`,
    "use a smaller batch, or the native engine (`llnet doctor`)",
  );
}

/** Emscripten's glue rethrows what nobody caught, which hides where it came from: its listeners are taken away again. */
function emscriptenListeners(): { remove(): void } {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => new Set<unknown>(process.listeners(event as "uncaughtException")));
  return {
    remove() {
      events.forEach((event, index) => {
        for (const listener of process.listeners(event as "uncaughtException")) {
          if (!before[index]?.has(listener)) process.removeListener(event, listener);
        }
      });
    },
  };
}
