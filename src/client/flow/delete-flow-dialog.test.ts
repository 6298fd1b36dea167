import { expect, it } from "vitest";
import { getTypeableName } from "./delete-flow-dialog.tsx";

it("the user confirms a deletion by typing the name, or “delete” for a name that is hard to type", () => {
  for (const name of ["Digest", "a “b” <c>"]) expect(getTypeableName(name)).toBe(name);
  for (const name of ["", "two\nlines", "a\u202Eb", "תקציר 7", "x".repeat(500)])
    expect(getTypeableName(name), name.slice(0, 20)).toBe("delete");
});
