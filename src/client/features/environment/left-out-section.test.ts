import { expect, it } from "vitest";
import type { ServerCapabilities } from "#contract/local.ts";
import { listLeftOutExtensions } from "./left-out-section.tsx";

const cloud: ServerCapabilities = {
  mode: "cloud",
  auth: "none",
  signedIn: true,
  scopes: ["*"],
  events: false,
  runs: false,
  records: true,
};

it("lists each extension that a connected API lacks, once", () => {
  const names = listLeftOutExtensions(cloud).map(({ name }) => name);
  expect(names).toHaveLength(10);
  expect(new Set(names).size).toBe(10);
  const withEvents = { ...cloud, events: true, apiFeatures: ["stepSearch"] };
  expect(listLeftOutExtensions(withEvents).map(({ name }) => name)).not.toContain("Live changes");
  expect(listLeftOutExtensions(withEvents)).toHaveLength(8);
});

it("lists nothing for a local server", () => {
  expect(listLeftOutExtensions({ ...cloud, mode: "local" })).toEqual([]);
});
