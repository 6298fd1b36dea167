import { expect, test } from "vitest";
import { toFileName } from "./download-flow.ts";

test("a flow's file is called like the flow, as far as file systems allow", () => {
  expect(toFileName("Weekly digest")).toBe("Weekly digest");
  expect(toFileName("Überblick 日本 😀")).toBe("Überblick 日本 😀");
  expect(toFileName('a/b\\c: "d"?')).toBe("a-b-c- -d");
  expect(toFileName("../../etc/passwd")).toBe("etc-passwd");
  expect(toFileName("invoice\u202Efdp.exe")).toBe("invoice-fdp.exe");
  expect(toFileName(" \n. ")).toBe("flow");
  expect(toFileName("CON")).toBe("flow");
  expect(Array.from(toFileName("😀".repeat(500)))).toHaveLength(100);
});
