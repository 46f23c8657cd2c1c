import { EventEmitter } from "node:events";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { EngineError } from "./engine-error.ts";

/** The compiled kernels of TensorFlow.js 4.22, as Emscripten hands them over. */
export interface WasmModule {
  /** All of its memory: 16 MB at first, 4 GB at most. */
  readonly memory: object;
  /** A view of all of the memory as it is now. */
  readonly HEAPU8: Uint8Array;
  cwrap(name: string, result: "number" | null, parameters: readonly "number"[]): (...parameters: number[]) => number;
}

/** Node's own WebAssembly, of which its types know nothing. */
interface Compiler {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(code: object, imports: object): Promise<object>;
  readonly Memory: new (pages: { initial: number; maximum: number; shared: boolean }) => object;
}
const { compile, instantiate, Memory } = (globalThis as unknown as { readonly WebAssembly: Compiler }).WebAssembly;

/** How many threads the build can have: Emscripten was told so when TensorFlow.js was compiled. */
export const maximumThreads = 8;

/**
 * Starts the build with threads, which TensorFlow.js refuses in Node although it works there once three things are put right:
 * Emscripten's threads are started from a `blob:` address, which Node's workers do not take (tensorflow/tfjs#3830); eight of
 * them are always started, and half of the processors are never used. `requirePackage` resolves from TensorFlow.js's package.
 */
export async function createWasmModule(requirePackage: NodeJS.Require, threads: number): Promise<WasmModule> {
  const folder = dirname(requirePackage.resolve("@tensorflow/tfjs-backend-wasm/package.json"));
  const built = join(folder, "wasm-out", "tfjs-backend-wasm-threaded-simd");
  const createModule = requirePackage(`${built}.js`) as (settings: object) => Promise<Omit<WasmModule, "memory">>;
  const { wasmWorkerContents } = requirePackage(`${built}.worker.js`) as { wasmWorkerContents: string };
  const code = await compile(await readFile(`${built}.wasm`));
  const memory = reserveMemory();
  const before = Object.getOwnPropertyDescriptor(globalThis, "Worker");
  let started = 0;
  // Threads are taken from the end of the pool.
  const isNeeded = () => started++ > maximumThreads - threads;

  /** What Emscripten takes for one of its workers; where no thread is needed it only says that it is ready. */
  class PoolWorker extends EventEmitter {
    readonly #worker = isNeeded() ? startThread(wasmWorkerContents) : undefined;

    constructor() {
      super();
      for (const event of ["message", "error", "exit"]) this.#worker?.on(event, (value) => this.emit(event, value));
    }

    postMessage(message: { readonly cmd: string }): void {
      if (this.#worker !== undefined) this.#worker.postMessage(message);
      else if (message.cmd === "load") queueMicrotask(() => this.emit("message", { cmd: "loaded" }));
    }

    /** Asked for when a thread begins to wait for work; but waiting threads must not keep the process from ending. */
    ref(): void {}

    unref(): void {
      this.#worker?.unref();
    }

    terminate(): void {
      void this.#worker?.terminate();
    }
  }

  try {
    const module = await createModule({
      wasmMemory: memory,
      mainScriptUrlOrBlob: `${built}.js`,
      locateFile(path: string) {
        // Asked just before a worker is made, and after Emscripten has put Node's own class into its place.
        if (path.endsWith(".worker.js")) Object.assign(globalThis, { Worker: PoolWorker });
        return path;
      },
      instantiateWasm(imports: { env: object }, receive: (instance: object, code: object) => void) {
        Object.assign(imports.env, { emscripten_num_logical_cores: () => 2 * threads });
        void instantiate(code, imports).then((instance) => receive(instance, code));
        return {};
      },
    });
    return Object.assign(module, { memory });
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, "Worker");
    else Object.defineProperty(globalThis, "Worker", before);
  }
}

function reserveMemory(): object {
  try {
    return new Memory({ initial: 256, maximum: 65_536, shared: true });
  } catch (error) {
    throw new EngineError(
      "LL9011",
      `the portable engine does not work: 4 GB of addresses cannot be reserved (${(error as Error).message})`,
      "raise the limit of address space (`ulimit -v`), or use the native engine",
    );
  }
}

function startThread(contents: string): Worker {
  // The package escapes its line ends once too little.
  return new Worker(contents.replaceAll("\n", "\\n"), { eval: true, execArgv: [] });
}
