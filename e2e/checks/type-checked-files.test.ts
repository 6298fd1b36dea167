import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const SOURCE = /\.(?:[cm]?ts|tsx|[cm]?js|jsx)$/;

const PROJECTS = [".", "src/core", "src/contract", "src/server", "src/client", "src", "e2e"].map((folder) =>
  join(root, folder, folder === "src" ? "tsconfig.test.json" : "tsconfig.json"),
);

const listFiles = async (project: string): Promise<readonly string[]> => {
  const program = join(root, "node_modules", ".bin", "tsc");
  const { stdout } = await promisify(execFile)(program, ["-p", project, "--showConfig"], { cwd: root });
  const { files } = JSON.parse(stdout) as { readonly files: readonly string[] };
  return files.map((path) => relative(root, join(dirname(project), path)).replaceAll(sep, "/"));
};

test("every source file belongs to a project that is type-checked", async () => {
  const checked = new Set((await Promise.all(PROJECTS.map(listFiles))).flat());
  const atTop = readdirSync(root).filter((name) => SOURCE.test(name));
  const below = ["src", "e2e", "public"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => SOURCE.test(name))
      .map((name) => `${folder}/${name.replaceAll(sep, "/")}`),
  );
  expect(below.length).toBeGreaterThan(1_000);
  expect([...atTop, ...below].filter((path) => !checked.has(path))).toEqual([]);
});
