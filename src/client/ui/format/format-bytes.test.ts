import { expect, test } from "vitest";
import { formatBytes } from "./format-bytes.ts";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [500, "500 bytes"],
  [64 * 1024, "64 KiB"],
  [2 * 1024 * 1024, "2 MiB"],
  [1_500_000, "1.4 MiB"],
  [3 * 1024 ** 4, "3,072 GiB"],
])("formats the number of bytes %i as “%s”", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
