/** Numbers as the picture shows them. */
import { elementsAt, type Shape } from "../../../runtime/program/tensor-type.ts";

/** Binary units: `153.7 MiB`, `812 B`. */
export function readableBytes(value: number): string {
  return readable(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]);
}

/** Decimal units: `19.2 k`, `2.36 M`, `970`. */
export function readableCount(value: number): string {
  return readable(value, 1000, ["", "k", "M", "G", "T"]);
}

/** Without the batch axis: `32×32×16`; `64·batch×49×96` where the first axis holds more than samples; `scalar`. */
export function readableShape(shape: Shape): string {
  const axes = shape[0] === -1 ? shape.slice(1) : shape;
  if (axes.length === 0) return shape.length === 0 ? "scalar" : "one number";
  return axes.map((axis) => (axis < 0 ? `${axis === -1 ? "" : `${-axis}·`}batch` : `${axis}`)).join("×");
}

/** A text with at most four digits that count in each of its fractions: `reconstruct = 5.906`. */
export function shortenFractions(text: string): string {
  return text.replaceAll(/\d+\.\d{4,}(?:e-?\d+)?/g, (digits) => `${Number(Number(digits).toPrecision(4))}`);
}

export function scalarsOf(shape: Shape): number {
  return elementsAt(shape, 1);
}

function readable(value: number, base: number, names: readonly string[]): string {
  let scaled = value;
  let step = 0;
  while (scaled >= base && step < names.length - 1) {
    scaled /= base;
    step += 1;
  }
  // 1023.7 would round to 1024 of the smaller unit.
  if (Math.round(scaled) >= base && step < names.length - 1) {
    scaled /= base;
    step += 1;
  }
  const digits = step === 0 ? `${Math.round(scaled)}` : scaled >= 100 ? scaled.toFixed(0) : scaled.toPrecision(3);
  return `${digits} ${names[step]}`.trim();
}
