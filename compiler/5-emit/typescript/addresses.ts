/** `@conv[1].kernel` inside the owner, the whole address outside. */
export function relative(address: string, owner: string): string {
  const isInside = owner !== "" && address.startsWith(owner) && address[owner.length] === ".";
  return isInside ? `@${address.slice(owner.length + 1)}` : address;
}
