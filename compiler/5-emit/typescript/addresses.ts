/** `@conv[1].kernel` inside the owner, the whole address outside. */
export function relative(address: string, owner: string): string {
  const isInside = owner !== "" && address.startsWith(owner) && address[owner.length] === ".";
  return isInside ? `@${address.slice(owner.length + 1)}` : address;
}

/** What addresses of a fragment are relative to: its owner, or the block inside it that it is. */
export function scopeOf({ owner, place }: { readonly owner: string; readonly place: string }): string {
  return place === "" ? owner : `${owner}.${place}`;
}

/** `conv[1]` in the part at `clone[1]` of what is labelled `clone[1].conv[1]`; other labels as they are. */
export function labelWithin(label: string, { place }: { readonly place: string }): string {
  const isInside = place !== "" && label.startsWith(place) && label[place.length] === ".";
  return isInside ? label.slice(place.length + 1) : label;
}

/** Whether the second address counts on from the first: `block[3]` after `block[2]`. */
export function isNext(address: string, next: string): boolean {
  return next === shifted(address, 1);
}

/** The address with its last number that much higher. */
export function shifted(address: string, by: number): string | undefined {
  const match = /^(.*)\[(\d+)\]$/.exec(address);
  return match === null ? undefined : `${match[1]}[${Number(match[2]) + by}]`;
}
