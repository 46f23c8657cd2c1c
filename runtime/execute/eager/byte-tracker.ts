/** Counts the bytes of live engine buffers by handle, as the engine reports their sizes. */
export interface ByteTracker {
  reset(): void;
  /** A handle with a buffer of its own. */
  own(handle: number, bytes: number): void;
  /** A handle that shares the buffer of another one. */
  share(handle: number, other: number): void;
  release(handle: number): void;
  /** The most bytes alive at once since `reset`. */
  peakBytes(): number;
}

export function createByteTracker(): ByteTracker {
  const buffers = new Map<number, { readonly bytes: number; users: number }>();
  let live = 0;
  let peak = 0;
  return {
    reset() {
      buffers.clear();
      live = 0;
      peak = 0;
    },
    own(handle, bytes) {
      buffers.set(handle, { bytes, users: 1 });
      live += bytes;
      if (live > peak) peak = live;
    },
    share(handle, other) {
      const buffer = buffers.get(other);
      if (buffer === undefined) return; // a variable's buffer, which is not counted
      buffer.users += 1;
      buffers.set(handle, buffer);
    },
    release(handle) {
      const buffer = buffers.get(handle);
      buffers.delete(handle);
      if (buffer === undefined) return;
      buffer.users -= 1;
      if (buffer.users === 0) live -= buffer.bytes;
    },
    peakBytes: () => peak,
  };
}
