import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";

const sources = join(import.meta.dirname, "..", "..", "src");

/** Files that hold several small things of a kind, so that no export names all of them. */
const SEVERAL_THINGS = [
  "control-steps.ts",
  "dev-server.ts",
  "field-checks.ts",
  "flow-access.ts",
  "flow-views.tsx",
  "http-steps.ts",
  "inline-text.tsx",
  "read-resource-lists.ts",
  "reply-steps.ts",
  "row-geometry.ts",
  "row-icons.tsx",
  "script-steps.ts",
  "setting-schemas.ts",
  "step-runners.ts",
  "value-schemas.ts",
];

const EXPORT = /^export\s+(?:async\s+|abstract\s+)*(?:function\*?|const|class|interface|type)\s+([\w$]+)/gm;
const UNIMPORTANT = ["a", "of", "the", "to", "use"];

const toWords = (name: string) =>
  name
    .replaceAll(/([a-z\d])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .map((word) =>
      word
        .replace(/ies$/, "y")
        .replace(/(?<!s)s$/, "")
        .replace(/(?:ing|ed)$/, ""),
    );

it("a file is named after an export, in its words", () => {
  const misnamed = readdirSync(sources, { encoding: "utf8", recursive: true }).filter((path) => {
    if (!/\.tsx?$/.test(path) || /\.test\.|testing\//.test(path) || SEVERAL_THINGS.includes(basename(path)))
      return false;
    const exported = [...readFileSync(join(sources, path), "utf8").matchAll(EXPORT)].map(([, name = ""]) =>
      toWords(name),
    );
    const words = toWords(basename(path).replace(/\..*/, "")).filter((word) => !UNIMPORTANT.includes(word));
    return exported.length > 0 && !exported.some((name) => words.every((word) => name.includes(word)));
  });
  expect(misnamed).toEqual([]);
});
