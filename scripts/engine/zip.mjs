// Takes a few files out of a big zip archive (a Python wheel) without unpacking the rest, so that any pip will do and no
// unzip program or particular Python is needed.
import { closeSync, createReadStream, createWriteStream, fstatSync, mkdirSync, openSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createInflateRaw } from "node:zlib";

/**
 * Writes every entry for which `rename(name)` gives a relative path to `folder` under that path; entries for which it gives
 * null stay packed. Returns the paths written. Throws when the archive is damaged or uses features wheels do not.
 */
export async function extractSome(archive, folder, rename, signal) {
  const written = [];
  for (const entry of readDirectory(archive)) {
    const path = rename(entry.name);
    if (path === null) continue;
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    await extractEntry(archive, entry, target, signal);
    written.push(path);
  }
  return written;
}

function readDirectory(archive) {
  const file = openSync(archive, "r");
  try {
    const size = fstatSync(file).size;
    const tail = readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
    const end = tail.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
    if (end < 0) throw new Error("the archive has no directory at its end");
    const length = tail.readUInt32LE(end + 12);
    const offset = tail.readUInt32LE(end + 16);
    if (offset === 0xffffffff) throw new Error("the archive is in the zip64 format");
    return parseDirectory(readAt(file, offset, length)).map((entry) => {
      const local = readAt(file, entry.headerOffset, 30);
      return { ...entry, start: entry.headerOffset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28) };
    });
  } finally {
    closeSync(file);
  }
}

function parseDirectory(bytes) {
  const entries = [];
  for (let at = 0; at + 46 <= bytes.length; ) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw new Error("the archive's directory is damaged");
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.toString("utf8", at + 46, at + 46 + nameLength),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      headerOffset: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

async function extractEntry(archive, entry, target, signal) {
  if (entry.method !== 0 && entry.method !== 8) throw new Error(`${entry.name} is packed in an unknown way`);
  const source = createReadStream(archive, {
    start: entry.start,
    end: entry.start + entry.packed - 1,
    highWaterMark: 1 << 20,
  });
  const sink = createWriteStream(target);
  const stages = entry.method === 8 ? [source, createInflateRaw({ chunkSize: 1 << 20 }), sink] : [source, sink];
  await pipeline(...stages, { signal });
  if (sink.bytesWritten !== entry.size)
    throw new Error(`${entry.name} has ${sink.bytesWritten} bytes, not ${entry.size}`);
}

function readAt(file, position, length) {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const read = readSync(file, bytes, done, length - done, position + done);
    if (read === 0) throw new Error("the archive ends too early");
    done += read;
  }
  return bytes;
}
