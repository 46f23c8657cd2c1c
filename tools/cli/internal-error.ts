import type { CommandIo } from "./io.ts";

/** Tells the user that we are wrong, not they: a short id that is the same for the same bug, and what to send us. */
export async function reportInternalError(error: unknown, io: CommandIo): Promise<void> {
  // Loaded here: it takes a fifth of the time of `llnet --help`.
  const { createHash } = await import("node:crypto");
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = error instanceof Error ? error.message : String(error);
  // File names differ between installations, function names do not.
  const frames = trace.split("\n").filter((line) => line.trim().startsWith("at "));
  const places = frames.slice(0, 3).map((line) => line.trim().split(" ")[1]);
  const id = createHash("sha256")
    .update([message.replace(/\d+/g, "0"), ...places].join("\n"))
    .digest("hex")
    .slice(0, 8);
  const [firstLine] = message.split("\n");
  io.error(`internal error ${id}: ${firstLine}\n`);
  if (io.environment["LLNET_DEBUG"] === "1") io.error(`${trace}\n`);
  else
    io.error(
      "help: this is a bug in llnet; please report it with this id, the command and the file (LLNET_DEBUG=1 shows where)\n",
    );
}
