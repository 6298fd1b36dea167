import { expect, it } from "vitest";
import { getCommandLineOutput, readBackupCommand } from "./read-backup-command.ts";

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

it("the command line replaces a backup or continues batches only where its option says so", () => {
  expect(readBackupCommand(["backup", "a"])).toEqual({ name: "backup", file: "a", replace: false });
  expect(readBackupCommand(["backup", "--replace", "a"])).toEqual({
    name: "backup",
    file: "a",
    replace: true,
  });
  expect(readBackupCommand(["restore", "a", "--continue-batches"])).toMatchObject({ continueBatches: true });
  for (const args of [
    ["backup", "a", "--continue-batches"],
    ["restore", "--replace", "a"],
    ["backup", "--replace"],
  ])
    expect(() => readBackupCommand(args)).toThrow(`${args[0]} takes the name of one file.`);
});
