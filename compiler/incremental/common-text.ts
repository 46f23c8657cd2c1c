/** How many characters two texts begin with in common. Blocks are compared as a whole, which is the fast way for long texts. */
export function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same + block <= most && a.slice(same, same + block) === b.slice(same, same + block)) same += block;
  while (same < most && a.charCodeAt(same) === b.charCodeAt(same)) same++;
  return same;
}

/** How many characters two texts end with in common. */
export function commonEnd(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  const at = (same: number): boolean =>
    a.slice(a.length - same - block, a.length - same) === b.slice(b.length - same - block, b.length - same);
  let same = 0;
  while (same + block <= most && at(same)) same += block;
  while (same < most && a.charCodeAt(a.length - same - 1) === b.charCodeAt(b.length - same - 1)) same++;
  return same;
}

const block = 4096;
