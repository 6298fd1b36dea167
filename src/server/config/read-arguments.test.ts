import { expect, it } from "vitest";
import { getCommandLineOutput } from "./read-arguments.ts";

it("the server starts without arguments", () => {
  expect(getCommandLineOutput([], "1.2.3")).toBeUndefined();
});

it.each(["-h", "--help"])("the command line prints usage and settings for %s", (option) => {
  const text = getCommandLineOutput([option], "1.2.3") ?? "";
  expect(text).toMatch(/^Usage: .*--help/);
  expect(text).toContain("DATABASE_URL");
});

it.each(["-v", "--version"])("the command line prints the version for %s", (option) => {
  expect(getCommandLineOutput([option], "1.2.3")).toBe("1.2.3\n");
});

it.each([
  ["--verison", '"--verison" is not an option. Did you mean --version? Settings are environment variables.'],
  ["--port=80", '"--port=80" is not an option. Use --help for a list. Settings are environment variables.'],
  ["start", '"start" is not an option. Use --help for a list. Settings are environment variables.'],
])("the command line refuses the argument %s by name", (option, message) => {
  expect(() => getCommandLineOutput([option], "1.2.3")).toThrow(message);
  expect(() => getCommandLineOutput(["--help", option], "1.2.3")).toThrow(message);
});
