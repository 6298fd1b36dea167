import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { findChromiumExecutablePath, findFirefoxExecutablePath } from "#e2e/find-browsers.mjs";
import { type Machine, type Program, installMissing } from "./bring-programs.mjs";

/** A machine on which some commands succeed and install a program; records what is run and printed. */
function createMachine(
  installing: Readonly<Record<string, string>>,
  machine: Partial<Pick<Machine, "hasApt" | "isRoot">> & { readonly mayUseSudo?: boolean } = {},
) {
  const installed = new Set<string>();
  const commands: string[] = [];
  const printed: string[] = [];
  const { hasApt = true, isRoot = true, mayUseSudo = false } = machine;
  return {
    commands,
    printed,
    program: (name: string, rest: Pick<Program, "packages" | "download">): Program => ({
      name,
      tests: `the tests of ${name}`,
      isInstalled: () => installed.has(name),
      ...rest,
    }),
    machine: {
      hasApt,
      isRoot,
      print: (line: string) => void printed.push(line),
      run: async (command: readonly string[]) => {
        const text = command.join(" ").replace("env DEBIAN_FRONTEND=noninteractive ", "");
        commands.push(text);
        const brought = Object.entries(installing).find(([part]) => text.endsWith(part))?.[1];
        if (brought !== undefined && brought !== "") installed.add(brought);
        const isAllowed =
          brought !== undefined || text.endsWith("update") || (text === "sudo -n true" && mayUseSudo);
        return { code: isAllowed ? 0 : 100, output: "Reading lists\nE: Unable to fetch\n" };
      },
    },
  };
}

const CHROMIUM = { download: "chromium", packages: ["headless-shell", "chromium"] } as const;

test("nothing is run or printed for programs that are installed", async () => {
  const { machine, program, commands, printed } = createMachine({});
  const programs = [{ ...program("Chromium", CHROMIUM), isInstalled: () => true }];
  expect(await installMissing(programs, machine)).toEqual(new Map());
  expect([commands, printed]).toEqual([[], []]);
});

test("Playwright's own build is tried before the system's packages, and each attempt is announced", async () => {
  const downloaded = createMachine({ "playwright install chromium": "Chromium" });
  await installMissing([downloaded.program("Chromium", CHROMIUM)], downloaded.machine);
  expect(downloaded.commands).toEqual(["playwright install chromium"]);

  const packaged = createMachine({ "recommends chromium": "Chromium", "recommends pooler": "Pooler" });
  const programs = [
    packaged.program("Chromium", CHROMIUM),
    packaged.program("Pooler", { packages: ["pooler"] }),
  ];
  expect(await installMissing(programs, packaged.machine)).toEqual(new Map());
  expect(packaged.commands).toEqual([
    "playwright install chromium",
    "apt-get -q update",
    "apt-get -q install -y --no-install-recommends headless-shell",
    "apt-get -q install -y --no-install-recommends chromium",
    "apt-get -q install -y --no-install-recommends pooler",
  ]);
  expect(packaged.printed).toEqual([
    "Chromium is missing, for the tests of Chromium: downloading Playwright's.",
    "  That failed: E: Unable to fetch",
    "Chromium is missing, for the tests of Chromium: installing the package headless-shell.",
    "  That failed: E: Unable to fetch",
    "Chromium is missing, for the tests of Chromium: installing the package chromium.",
    "Pooler is missing, for the tests of Pooler: installing the package pooler.",
  ]);
});

test("a downloaded browser that does not start gets the libraries that it needs", async () => {
  const { machine, program, commands } = createMachine({
    "playwright install chromium": "",
    "playwright install-deps chromium": "Chromium",
  });
  await installMissing([program("Chromium", CHROMIUM)], machine);
  expect(commands).toEqual(["playwright install chromium", "playwright install-deps chromium"]);
});

test("packages are installed through sudo only if it asks for no password", async () => {
  const installing = { "recommends pooler": "Pooler" };
  const allowed = createMachine(installing, { isRoot: false, mayUseSudo: true });
  await installMissing([allowed.program("Pooler", { packages: ["pooler"] })], allowed.machine);
  expect(allowed.commands.at(-1)).toBe("sudo -n apt-get -q install -y --no-install-recommends pooler");

  for (const refused of [
    createMachine(installing, { isRoot: false }),
    createMachine(installing, { hasApt: false }),
  ]) {
    const missing = await installMissing(
      [refused.program("Pooler", { packages: ["pooler"] })],
      refused.machine,
    );
    expect(refused.commands.filter((command) => command.includes("apt-get"))).toEqual([]);
    expect([...missing]).toEqual([
      [
        "Pooler",
        "No Pooler could be installed for the tests of Pooler. Install it, for example with “apt-get install pooler”.",
      ],
    ]);
  }
});

test("a browser that does not start counts as missing", () => {
  const folder = mkdtempSync(join(tmpdir(), "flowline-browser-"));
  const createBrowser = (name: string, code: number) => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\nexit ${code}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  for (const [setting, find] of [
    ["CHROMIUM_PATH", findChromiumExecutablePath],
    ["FIREFOX_PATH", findFirefoxExecutablePath],
  ] as const) {
    const lacksLibraries = createBrowser(`${setting}-broken`, 127);
    vi.stubEnv(setting, lacksLibraries);
    expect(find()).not.toBe(lacksLibraries);
    const starts = createBrowser(setting, 0);
    vi.stubEnv(setting, starts);
    expect(find()).toBe(starts);
  }
  rmSync(folder, { recursive: true });
});
