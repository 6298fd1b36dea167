import { expect, test } from "vitest";
import { SHORTCUT_GROUPS, shortcuts } from "./shortcuts.ts";

test("the keyboard map shows every shortcut once", () => {
  const shown = SHORTCUT_GROUPS.flatMap(({ names }) => names);
  expect(shown.toSorted()).toEqual(Object.keys(shortcuts).toSorted());
});
