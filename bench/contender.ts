/** A program that does one step whenever it is asked to, in a process of its own so that contenders share no thread pool and no heap. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Lines beginning so are answers; whatever else libraries print is ignored. */
export const answerMark = "@answer ";

export interface Contender<Answer> {
  readonly name: string;
  readonly processId: number;
  /** Asks for one step. */
  ask(): Promise<Answer>;
  close(): void;
}

export interface Command {
  readonly program: string;
  readonly options: readonly string[];
}

/** The command that runs a TypeScript file of the project, such as `bench/step/contenders/llnet.ts`. */
export function typescriptCommand(file: string, options: readonly string[]): Command {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  return { program: process.execPath, options: ["--import", loader, projectPath(file), ...options] };
}

export function projectPath(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/** Starts a contender and waits until it says it is ready. Rejects with the end of its error output when it dies. */
export async function startContender<Answer>(name: string, { program, options }: Command): Promise<Contender<Answer>> {
  const child = spawn(program, [...options], {
    cwd: projectPath("."),
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" },
  });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints = (complaints + text).slice(-2000);
  });
  const waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
  let gone: Error | undefined;
  function fail(reason: string): void {
    gone ??= new Error(`${name} ${reason}\n${complaints}`);
    for (const { reject } of waiting.splice(0)) reject(gone);
  }
  child.on("error", (error) => fail(`did not start: ${error.message}`));
  child.on("close", (code) => fail(`ended with code ${code}`));
  child.stdin.on("error", () => {}); // its end is reported by "close"
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith(answerMark)) waiting.shift()?.resolve(JSON.parse(line.slice(answerMark.length)) as Answer);
  });
  const next = (): Promise<Answer> =>
    gone === undefined ? new Promise((resolve, reject) => waiting.push({ resolve, reject })) : Promise.reject(gone);

  await next();
  return {
    name,
    processId: child.pid as number,
    ask() {
      const answer = next();
      child.stdin.write("step\n");
      return answer;
    },
    close() {
      child.stdin.end();
      child.kill();
    },
  };
}
