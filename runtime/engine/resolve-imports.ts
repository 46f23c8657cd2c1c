import Module, { isBuiltin } from "node:module";
import { isAbsolute, sep } from "node:path";

/**
 * From now on packages that files in `folder` import are the project's: with a second copy of tfjs-core kernels would
 * register where nobody looks. Returns what takes the rule away again.
 */
export function resolveImportsFrom(requireHere: NodeJS.Require, folder: string): () => void {
  const internals = Module as unknown as {
    _resolveFilename: (request: string, parent?: { filename?: string }, ...rest: unknown[]) => string;
  };
  const original = internals._resolveFilename;
  internals._resolveFilename = (request, parent, ...rest) => {
    const bare = !request.startsWith(".") && !isAbsolute(request) && !isBuiltin(request);
    const ours = parent?.filename?.startsWith(folder + sep) ?? false;
    return bare && ours ? requireHere.resolve(request) : original(request, parent, ...rest);
  };
  return () => {
    internals._resolveFilename = original;
  };
}
