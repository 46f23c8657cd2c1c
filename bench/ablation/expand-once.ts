/** Expands one of the studies in a process of its own: prints milliseconds, CPU milliseconds, and the peak of its memory in bytes. */
import { loadBundled } from "../bundle.ts";
import { recipeStudy, structureStudy } from "./studies.ts";

const text = process.argv[2] === "structures" ? structureStudy : recipeStudy;
const { expandStudies } =
  await loadBundled<typeof import("../../compiler/ablate/index.ts")>("compiler/ablate/index.ts");
const [start, cpu] = [performance.now(), process.cpuUsage()];
const { studies, diagnostics } = expandStudies({ file: "net.llnet", text });
const { user, system } = process.cpuUsage(cpu);
const milliseconds = performance.now() - start;
if (diagnostics.length > 0 || studies[0]?.variants.length !== 1000) throw new Error("the study is not 1,000 variants");
const peakBytes = 1024 * process.resourceUsage().maxRSS;
console.log(JSON.stringify({ milliseconds, cpuMilliseconds: (user + system) / 1000, peakBytes }));
