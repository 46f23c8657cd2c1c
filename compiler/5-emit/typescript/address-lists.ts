/** Addresses as code. */
import { array, type Code, call } from "./code.ts";
import { stringLiteral } from "./literals.ts";

/** `"stem"`, or `numbered("stage[1].block", 2, 18)` for a list that counts up. */
export function ownerCode(owners: readonly string[]): Code {
  const [first] = owners;
  if (owners.length === 1 && first !== undefined) return stringLiteral(first);
  return addressList(owners);
}

export function addressList(addresses: readonly string[]): Code {
  const match = /^(.*)\[(\d+)\]$/.exec(addresses[0] ?? "");
  const [name, start] = [match?.[1], Number(match?.[2])];
  const counts = addresses.every((address, index) => address === `${name}[${start + index}]`);
  if (match === null || !counts) return array(addresses.map(stringLiteral));
  return call("numbered", stringLiteral(name as string), `${start}`, `${start + addresses.length - 1}`);
}
