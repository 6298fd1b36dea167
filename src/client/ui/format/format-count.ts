import { createOnFirstUse } from "./create-on-first-use.ts";

// The digits of small numbers, which are written without a formatter.
const plain = createOnFirstUse(() => new Intl.NumberFormat(undefined, { numberingSystem: "latn" }));

/** Formats a count with its noun: “1 step”, “1,204 steps”. By default, the plural is the singular with an s. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** Formats a total as “1,204”, or as “1,000+” if only a lower bound is known; undefined if neither is known. */
export function formatTotalOrLowerBound(
  total: number | undefined,
  above: number | undefined,
): string | undefined {
  if (total !== undefined) return formatNumber(total);
  return above === undefined ? undefined : `${formatNumber(above)}+`;
}

export function formatNumber(value: number): string {
  return Number.isInteger(value) && value >= 0 && value < 1000 ? String(value) : plain().format(value);
}
