import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import type { PageCommand } from "#client/ui/overlays/page-commands.ts";
import { findEntries } from "./find-entries.ts";
import { listAppCommands } from "./list-app-commands.ts";

const find = (query: string, ofPage: readonly PageCommand[] = []) => {
  const router = {} as Parameters<typeof listAppCommands>[0];
  const commands = listAppCommands(router, new QueryClient(), ofPage);
  const [best] = findEntries(
    commands.map((command) => ({ ...command, group: "Actions" as const })),
    query,
  );
  return best?.found.map(({ entry }) => entry.label) ?? [];
};

it("“versions” finds the versions of the open flow, and nothing where no flow is open", () => {
  const goToVersions: PageCommand = {
    id: "goTo-versions",
    type: "item",
    label: "Go to versions",
    onSelect: () => undefined,
  };
  expect(find("versions", [goToVersions])).toEqual(["Go to versions"]);
  expect(find("version", [goToVersions])[0]).toBe("Go to versions");
  expect(find("versions")).toEqual([]);
});

it("a command is found by the same words on the page that lists it itself", () => {
  const importFlows: PageCommand = {
    id: "importFlows",
    type: "item",
    label: "Import flows…",
    onSelect: () => undefined,
  };
  for (const ofPage of [[], [importFlows]]) expect(find("upload", ofPage)).toEqual(["Import flows…"]);
});
