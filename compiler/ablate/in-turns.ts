/** Milliseconds of work after which everything else has its turn: signals, timers, messages. */
const longest = 50;

/** Runs a generator to its end, and lets the event loop go round now and then. */
export async function inTurns<Value>(steps: Generator<unknown, Value>): Promise<Value> {
  let began = performance.now();
  for (;;) {
    const { value, done } = steps.next();
    if (done === true) return value;
    if (performance.now() - began < longest) continue;
    await new Promise((resolve) => setImmediate(resolve));
    began = performance.now();
  }
}
