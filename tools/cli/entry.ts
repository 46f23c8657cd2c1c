/** Where the bundled command line starts: binds `main` to this process. */
import type { CommandIo, ParentProcess } from "./io.ts";
import { exitCodes } from "./io.ts";
import { main } from "./main.ts";

// A full disk behind stderr must not end what it only tells about.
process.stderr.on("error", () => {});

const listeners = new Set<() => void>();
let interrupted: number | undefined;

function interrupt(): void {
  const now = performance.now();
  // Under npx a Ctrl-C arrives twice, from the terminal and from npm: what follows at once is the same one.
  if (interrupted !== undefined && now - interrupted < 300) return;
  // The terminal has written ^C, perhaps behind a line that is redrawn: neither is to stand before the shell's next word.
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  // The second time, and where nobody knows how to stop well, at once.
  if (interrupted !== undefined || listeners.size === 0) process.exit(exitCodes.interrupted);
  interrupted = now;
  for (const listener of listeners) listener();
}

process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);
// `llnet … | head` closes our output early: that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.fine);
  throw error;
});

/** Another llnet that runs this one as a trial: it may ask for an end, and when it is gone nobody waits for us. */
function findParent(): ParentProcess | undefined {
  if (process.send === undefined) return undefined;
  let isEnding = false;
  const end = () => {
    isEnding = true;
  };
  process.on("message", end);
  process.on("disconnect", end);
  // Listening must not keep us from ending.
  process.channel?.unref();
  return {
    tell: (message) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => {});
    },
    wantsEnd: () => isEnding,
  };
}

const parent = findParent();
const io: CommandIo = {
  ...(parent && { parent }),
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
  colorful: process.stdout.isTTY === true,
  columns: process.stderr.columns ?? 100,
  environment: process.env,
  onInterrupt(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

void main(process.argv.slice(2), io).then((code) => {
  process.exitCode = code;
});
