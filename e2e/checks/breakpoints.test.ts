import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const client = join(import.meta.dirname, "..", "..", "src", "client");

// `max-[639px]` compiles to `width < 639px`, and `(max-width: 639px)` excludes 639.5 px: both leave a gap below `sm`.
it("no upper breakpoint leaves widths to neither of two layouts", () => {
  const found = readdirSync(client, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(?:ts|tsx|css)$/.test(path))
    .flatMap((path) =>
      [...readFileSync(join(client, path), "utf8").matchAll(/max-\[\d*9px\]|\(max-width:[^)]*\)/g)].map(
        ([text]) => `${path}: ${text}`,
      ),
    );
  expect(found).toEqual([]);
});
