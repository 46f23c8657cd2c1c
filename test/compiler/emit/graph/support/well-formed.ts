/** What is wrong with a text as XML, or undefined: tags that do not close, attributes without quotes, bare ampersands. */
export function xmlProblem(text: string): string | undefined {
  const open: string[] = [];
  const body = text.replace(/^<\?xml [^?]*\?>\s*/, "");
  const pattern = /<(\/?)([A-Za-z][\w-]*)((?:\s+[A-Za-z][\w:-]*="[^"<]*")*)\s*(\/?)>|([^<]+)|(<)/g;
  let roots = 0;
  for (const [whole, slash, name = "", attributes = "", closed, words, stray] of body.matchAll(pattern)) {
    if (stray !== undefined) return `stray < before ${body.slice(body.indexOf(whole), 40)}`;
    const content = words ?? attributes;
    const bare = content.replaceAll(/&(amp|lt|gt|quot|#\d+);/g, "");
    if (bare.includes("&")) return `bare & in ${content}`;
    if (words !== undefined) {
      if (open.length === 0 && words.trim() !== "") return `text outside the root: ${words}`;
      continue;
    }
    const names = [...attributes.matchAll(/([\w:-]+)="/g)].map((match) => match[1]);
    if (new Set(names).size !== names.length) return `an attribute twice in ${whole}`;
    if (slash === "/") {
      const last = open.pop();
      if (last !== name) return `</${name}> closes <${last}>`;
    } else if (closed === "/") {
      if (open.length === 0) roots += 1;
    } else {
      if (open.length === 0) roots += 1;
      open.push(name);
    }
  }
  if (open.length > 0) return `<${open.at(-1)}> is never closed`;
  return roots === 1 ? undefined : `${roots} roots`;
}
