import { expect, it } from "vitest";
import { renameToUniquePaths } from "./rename-to-unique-paths.ts";

it("numbers the path of a file that is taken, so that each pasted text is a file of its own", () => {
  const files = ["Pasted text", "a.json"].map((path) => ({ path, blob: new Blob() }));
  const renamed = renameToUniquePaths(files, new Set(["Pasted text", "Pasted text 2"]));
  expect(renamed.map(({ path }) => path)).toEqual(["Pasted text 3", "a.json"]);
});
