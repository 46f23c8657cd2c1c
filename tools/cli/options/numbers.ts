import { InvalidArgumentError } from "commander";

/** A whole number from 1 on. */
export function positive(text: string): number {
  const value = natural(text);
  if (value < 1) throw new InvalidArgumentError("It must be 1 or more.");
  return value;
}

/** A whole number from 0 on. */
export function natural(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}
