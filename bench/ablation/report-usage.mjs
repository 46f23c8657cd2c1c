/** Loaded before a command: when it ends, writes its processor time in milliseconds and the peak of its memory in bytes. */
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuMilliseconds: (userCPUTime + systemCPUTime) / 1000, peakBytes: 1024 * maxRSS };
  writeFileSync(process.env.LLNET_BENCH_USAGE, JSON.stringify(usage));
});
