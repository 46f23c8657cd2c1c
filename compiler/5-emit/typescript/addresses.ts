/** `@conv[1].kernel` inside the owner, the whole address outside. */
export function relative(address: string, owner: string): string {
  return owner !== "" && address.startsWith(`${owner}.`) ? `@${address.slice(owner.length + 1)}` : address;
}
