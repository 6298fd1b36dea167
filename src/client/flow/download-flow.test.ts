import { expect, test } from "vitest";
import { convertTextToSafeFileName } from "./download-flow.ts";

test("an exported file is named after the flow, without characters that file systems forbid", () => {
  expect(convertTextToSafeFileName("Weekly digest")).toBe("Weekly digest");
  expect(convertTextToSafeFileName("Überblick 日本 😀")).toBe("Überblick 日本 😀");
  expect(convertTextToSafeFileName('a/b\\c: "d"?')).toBe("a-b-c- -d");
  expect(convertTextToSafeFileName("../../etc/passwd")).toBe("etc-passwd");
  expect(convertTextToSafeFileName("invoice\u202Efdp.exe")).toBe("invoice-fdp.exe");
  expect(convertTextToSafeFileName(" \n. ")).toBe("flow");
  expect(convertTextToSafeFileName("CON")).toBe("flow");
  expect(Array.from(convertTextToSafeFileName("😀".repeat(500)))).toHaveLength(100);
});
