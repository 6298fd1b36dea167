import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const WORKFLOWS = ".github/workflows";

test("workflows run actions at a commit, because a tag can be moved", () => {
  const actions = readdirSync(WORKFLOWS).flatMap((name) =>
    [...readFileSync(join(WORKFLOWS, name), "utf8").matchAll(/uses: (.*)/g)].map(([, action = ""]) => action),
  );
  expect(actions.length).toBeGreaterThan(0);
  for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
});

test("the image is built from listed files only, and has no packages for development", () => {
  const [first, ...allowed] = readFileSync(".dockerignore", "utf8")
    .split("\n")
    .filter((line) => line !== "" && !/^#|\.test\./.test(line));
  expect(first).toBe("*");
  for (const line of allowed) expect(line).toMatch(/^![\w.-]+$/);
  const [build = "", image = ""] = readFileSync(".github/Dockerfile", "utf8")
    .split(/^FROM /m)
    .slice(1);
  const copied = [...`${build}${image}`.matchAll(/^COPY (?!--)(.+) \.\/$/gm)].flatMap(([, names = ""]) =>
    names.split(" "),
  );
  expect(copied.length).toBeGreaterThan(0);
  for (const name of copied) expect(allowed).toContain(`!${name}`);
  expect(image).toContain("npm ci --omit=dev");
  expect(image).not.toContain("node_modules");
});
