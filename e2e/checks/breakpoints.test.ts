import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const client = join(import.meta.dirname, "..", "..", "src", "client");
const STYLES = join("app", "styles.css");
const SCRIPTS = join("ui", "hooks", "use-media-query.ts");
const OF_TAILWIND = { sm: "40rem", md: "48rem", lg: "64rem", xl: "80rem", "2xl": "96rem" };

const read = (path: string) => readFileSync(join(client, path), "utf8");

function findInClient(pattern: RegExp): readonly string[] {
  return readdirSync(client, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(?:ts|tsx|css)$/.test(path) && path !== SCRIPTS)
    .flatMap((path) => [...read(path).matchAll(pattern)].map(([text]) => `${path}: ${text}`));
}

// `(max-width: 639px)` excludes 639.5 px, which leaves a gap below `sm`.
it("no upper breakpoint leaves widths to neither of two layouts", () => {
  expect(findInClient(/\(max-width:[^)]*\)/g)).toEqual([]);
});

it("layouts change at named widths only", () => {
  expect(findInClient(/\b(?:min|max)-\[\d[\w.]*\]:|\((?:min-width:|width [<>]=?) ?\d[\w.]*\)/g)).toEqual([]);
});

it("scripts and styles have the same width for the same name", () => {
  const named = (pattern: RegExp, path: string) =>
    Object.fromEntries(
      [...read(path).matchAll(pattern)].map(([, name = "", width]) => [name.toLowerCase(), width]),
    );
  const inStyles = { ...OF_TAILWIND, ...named(/--breakpoint-(\w+): (\S+);/g, STYLES) };
  const inScripts = named(/MIN_WIDTH_(\w+) = "\(width >= (\S+)\)"/g, SCRIPTS);
  expect(Object.keys(inScripts).length).toBeGreaterThan(0);
  expect(inStyles).toMatchObject(inScripts);
});
