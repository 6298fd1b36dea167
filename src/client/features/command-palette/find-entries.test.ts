import { expect, it } from "vitest";
import { type SearchableEntry, findEntries } from "./find-entries.ts";

const flow = (label: string, rest: Partial<SearchableEntry> = {}): SearchableEntry => ({
  id: `flow ${label}`,
  group: "Flows",
  label,
  ...rest,
});
const action = (label: string, rest: Partial<SearchableEntry> = {}): SearchableEntry => ({
  ...flow(label, rest),
  id: `action ${label}`,
  group: "Actions",
});
const step = (label: string): SearchableEntry => ({ ...flow(label), id: `step ${label}`, group: "Steps" });
const type = (label: string): SearchableEntry => ({
  ...flow(label),
  id: `type ${label}`,
  group: "Record types",
});

const find = (entries: readonly SearchableEntry[], query: string) =>
  findEntries(entries, query).map(
    ({ heading, found }) => `${heading}: ${found.map(({ entry }) => entry.label).join(", ")}`,
  );

it("lists recent flows and actions first without a query, and unavailable actions last", () => {
  const entries = [
    flow("Older", { recency: 1 }),
    flow("Never opened"),
    flow("Latest", { recency: 0 }),
    step("Fetch"),
    action("Save", { disabledReason: "No unsaved changes." }),
    action("Undo"),
    action("Publish", { recency: 0 }),
    type("order"),
  ];
  expect(find(entries, " ")).toEqual([
    "Recent flows: Latest, Older",
    "Recent actions: Publish",
    "Actions: Undo, Save",
    "Record types: order",
  ]);
});

it("puts the group with the best match first, and ranks a recent or an available entry above an equal match", () => {
  const entries = [
    flow("Report again"),
    flow("Report order", { recency: 3 }),
    action("Revert", { disabledReason: "No unsaved changes." }),
    action("Report"),
    step("Weekly report"),
  ];
  expect(find(entries, "report")).toEqual([
    "Actions: Report",
    "Flows: Report order, Report again",
    "Steps: Weekly report",
  ]);
  expect(find(entries, "rev")).toEqual(["Actions: Revert"]);
});

it("the command palette ranks matches of names above other matches, and lists flows found only by the server", () => {
  const entries = [
    action("Theme: dark", { terms: "appearance color" }),
    action("Appearance of steps"),
    flow("Ｄｉｇｅｓｔ", { isFoundByServer: true }),
  ];
  expect(find(entries, "appear")).toEqual([
    "Actions: Appearance of steps, Theme: dark",
    "Flows: Ｄｉｇｅｓｔ",
  ]);
});

it("lists an entry for any query last, even if its label matches best", () => {
  const search: SearchableEntry = { id: "search", group: "All flows", label: "Page", isForAnyQuery: true };
  expect(find([search, flow("Homepage"), step("Page"), action("Copy page link")], "page")).toEqual([
    "Steps: Page",
    "Actions: Copy page link",
    "Flows: Homepage",
    "All flows: Page",
  ]);
  expect(find([search], "zzz")).toEqual(["All flows: Page"]);
  expect(find([search], "")).toEqual([]);
});

it("lists saved views without a query, and tags and uses only for a query", () => {
  const entries: readonly SearchableEntry[] = [
    { ...flow("Mine"), group: "Saved views" },
    { ...flow("mine"), id: "tag mine", group: "Tags" },
    { ...flow("Uses of “mine”"), group: "Uses in all flows" },
  ];
  expect(find(entries, "")).toEqual(["Saved views: Mine"]);
  expect(find(entries, "mine")).toEqual([
    "Saved views: Mine",
    "Tags: mine",
    "Uses in all flows: Uses of “mine”",
  ]);
});
