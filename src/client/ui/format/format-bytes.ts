import { formatNumber } from "./format-count.ts";

const UNITS = ["KiB", "MiB", "GiB"];

/** Formats a size as “500 bytes”, “64 KiB” or “2 MiB”, with one decimal at most. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = bytes === 1 ? "byte" : "bytes";
  for (const larger of UNITS) {
    if (size < 1024) break;
    size /= 1024;
    unit = larger;
  }
  return `${formatNumber(Math.round(size * 10) / 10)} ${unit}`;
}
