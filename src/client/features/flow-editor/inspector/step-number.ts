interface NumberSteps {
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
}

/** The next number up or down, within the bounds; undefined where the text is no number to count from. */
export function stepNumber(
  text: string,
  direction: number,
  { min, max, step = 1 }: NumberSteps,
): string | undefined {
  const current = text.trim() === "" ? (min ?? 0) - direction * step : Number(text);
  if (Number.isNaN(current)) return undefined;
  const decimals = Math.max(countDecimals(step), countDecimals(current));
  const next = Math.min(Math.max(current + direction * step, min ?? -Infinity), max ?? Infinity);
  return String(Number(next.toFixed(Math.min(decimals, 20))));
}

function countDecimals(value: number): number {
  return /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0;
}
