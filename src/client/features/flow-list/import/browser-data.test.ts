import { stubStorage } from "#client/data/testing/memory-storage.ts";
import { beforeEach, expect, it } from "vitest";
import type { JsonValue } from "#core/json/json.ts";
import { favoriteFlowStore } from "#client/data/device/favorite-flows.ts";
import { setFavorite } from "#client/data/device/set-favorite.ts";
import { addView, savedViewStore } from "#client/data/device/saved-views.ts";
import { addBrowserData, formatBrowserData, parseBrowserData } from "./browser-data.ts";
import { parseFlowFile } from "./parse-flow-file.ts";

beforeEach(() => void stubStorage());

it("views and favorites of a browser are read back from the exported file, with the new ids of their flows", () => {
  addView({ name: "Drafts", search: "status=draft" });
  setFavorite({ id: "flow_1", name: "Digest" }, true);
  setFavorite({ id: "flow_gone", name: "Gone" }, true);
  const text = formatBrowserData((id) => (id === "flow_1" ? "Digest.json" : undefined)) ?? "";
  const result = parseFlowFile(text, "Views and favorites.json");
  if (result.type !== "browserData") throw new Error(result.type);
  localStorage.removeItem("flowline-saved-views");
  localStorage.removeItem("flowline-favorite-flows");
  for (let time = 0; time < 2; time += 1)
    addBrowserData(result.data, ({ file }) => (file === "Digest.json" ? "flow_new" : undefined));
  expect(savedViewStore.getState().map(({ name, search }) => [name, search])).toEqual([
    ["Drafts", "status=draft"],
  ]);
  expect(favoriteFlowStore.getState()).toEqual([{ id: "flow_new", name: "Digest" }]);
});

it("invalid entries of browser data are ignored, and other files are not read as browser data", () => {
  const views: JsonValue[] = [7, null, { name: "", search: "" }, { name: "Good", search: "tag=a", more: 1 }];
  const favorites: JsonValue[] = [{ id: 1 }, "x", { id: "flow_1", name: "Digest", file: 7 }];
  expect(parseBrowserData({ flowlineBrowserData: 2, views, favorites })).toEqual({
    views: [{ name: "Good", search: "tag=a" }],
    favorites: [{ id: "flow_1", name: "Digest" }],
  });
  expect(parseBrowserData({ flowlineBrowserData: 1, views: {} })).toEqual({ views: [], favorites: [] });
  for (const other of [null, [], "x", { flowSteps: [] }]) expect(parseBrowserData(other)).toBeUndefined();
});

it("tags in a file are imported, refused with line and column, or ignored if they are not a list of texts", () => {
  const parse = (tags: unknown) =>
    parseFlowFile(JSON.stringify({ name: "A", flowSteps: [], tags }), "a.json");
  const tagsOf = (tags: unknown) => {
    const result = parse(tags);
    return result.type === "flows" ? result.flows[0]?.flow.tags : result;
  };
  expect(tagsOf(["Sales", " eu", "SALES"])).toEqual(["eu", "Sales"]);
  expect(tagsOf([{ name: "x" }, 7])).toBeUndefined();
  expect(tagsOf("sales")).toBeUndefined();
  expect(parse(["x".repeat(41)])).toEqual({
    type: "refused",
    reasons: ["A tag has at most 40 characters (line 1, column 35)."],
  });
  expect(parse(Array.from({ length: 21 }, (_, index) => `t${index}`)).type).toBe("refused");
});
