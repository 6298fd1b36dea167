import { readFileSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..", "src");

/**
 * Texts between curly quotes that need no `quoteName`, because the code itself defines them or because it shortens them
 * and keeps them on one line.
 */
const FIXED_TEXTS = new Set([
  "action.scope",
  "owner",
  "action.id",
  "field",
  "problem.field",
  "describeVersionType(filter)",
  "phrase",
  // Compared with the name, and found to be the same, before it is shown.
  "typeToConfirm",
  "starter.name",
  "CONDITIONAL_BRANCH_LABELS[list.branch]",
  "branch",
  "truncateNameToOneLine(name)",
  "truncateToOneLine(value)",
  "line.slice(0, 40)",
  "line",
  "key",
  "keys[0]",
  "truncateTextToExcerpt(call.redact(text), 100)",
  // Shown in a `bdi` element, whose line breaks where the page needs it.
  "version.label",
]);

it("messages quote names with quoteName, which shortens them and keeps their direction", () => {
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll(sep, "/"))
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|testing\/|seed\//.test(path));
  expect(paths.length).toBeGreaterThan(500);
  const found = paths.flatMap((path) =>
    [...readFileSync(join(root, path), "utf8").matchAll(/“\$?\{(?!\{)([^{}]*)\}/g)]
      .filter(([, expression = ""]) => !FIXED_TEXTS.has(expression))
      .map(([quoted]) => `${path}: ${quoted}`),
  );
  expect(found).toEqual([]);
});
