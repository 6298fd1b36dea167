import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, normalize, sep } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const files = [".github", "e2e", "public", "src"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map(
    (path) => `${folder}/${path.replaceAll(sep, "/")}`,
  ),
);
const known = new Set([...readdirSync(root), ...files, ...files.map((file) => basename(file))]);
const documents = ["README.md", ...files.filter((file) => file.endsWith(".md") && !/CHANGELOG/.test(file))];

/** Folders from which documents name files, besides their own. */
const BASES = [".", "src", "src/client", "src/server", "e2e"];

it("documents name files that exist", () => {
  const missing = documents.flatMap((document) => {
    const text = readFileSync(join(root, document), "utf8");
    const quoted = [...text.matchAll(/`(\w[\w./-]*\.(?:tsx?|mjs|css|sql|md))`/g)];
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)];
    return [...quoted, ...links]
      .map(([, path = ""]) => path)
      .filter((path) => ![dirname(document), ...BASES].some((base) => known.has(normalize(join(base, path)))))
      .map((path) => `${document}: ${path}`);
  });
  expect(documents.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});
