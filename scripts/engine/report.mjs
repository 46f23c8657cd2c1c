// What the installer tells people: short lines with one name in front.

export function say(text) {
  console.log(`llnet: ${text}`);
}

/** Runs a step and says what it is when it takes longer than two seconds. */
export async function step(text, work) {
  const timer = setTimeout(() => say(`${text}…`), 2_000);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
