import { beforeEach, describe, expect, it, vi } from "vitest";
import { stubStorage } from "#client/data/testing/memory-storage.ts";
import { changeDeviceTags, countDeviceTags, findFlowsWithDeviceTags, readDeviceTags } from "./device-tags.ts";
import { MAX_FAVORITES, favoriteFlowStore } from "./favorite-flows.ts";
import { setFavorite } from "./set-favorite.ts";
import {
  SAVED_VIEW_LIMITS,
  addView,
  deleteView,
  editView,
  findViewNameFault,
  mergeViews,
  parseSavedViews,
  savedViewStore,
} from "./saved-views.ts";

let stored: Storage;

beforeEach(() => {
  stored = stubStorage();
});

const fillStorage = () =>
  vi.spyOn(stored, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });

describe("saved views", () => {
  const add = (name: string, search: string) => {
    const outcome = addView({ name, search });
    if (outcome.type !== "done") throw new Error(outcome.type);
    return outcome.view;
  };

  it("are combined if two tabs change different fields", () => {
    const view = add("Mine", "status=draft");
    editView(view.id, "name", { seen: "Mine", value: "Drafts" });
    expect(editView(view.id, "search", { seen: "status=draft", value: "tag=a" }).type).toBe("done");
    expect(savedViewStore.getState()).toEqual([{ id: view.id, name: "Drafts", search: "tag=a" }]);
  });

  it("report a field that another tab changed, and keep what that tab stored", () => {
    const view = add("Mine", "status=draft");
    editView(view.id, "search", { seen: "status=draft", value: "tag=theirs" });
    const outcome = editView(view.id, "search", { seen: "status=draft", value: "tag=mine" });
    expect(outcome).toEqual({ type: "conflict", view: { ...view, search: "tag=theirs" } });
    expect(savedViewStore.getState()[0]?.search).toBe("tag=theirs");
    expect(editView(view.id, "search", { seen: "status=draft", value: "tag=theirs" }).type).toBe("done");
  });

  it("report an edit of a view that another tab deleted", () => {
    const view = add("Mine", "status=draft");
    deleteView(view.id);
    expect(editView(view.id, "name", { seen: "Mine", value: "Other" })).toEqual({ type: "deleted" });
    expect(savedViewStore.getState()).toEqual([]);
  });

  it("are not changed if the browser’s storage is full", () => {
    const view = add("Mine", "status=draft");
    fillStorage();
    expect(addView({ name: "Other", search: "" }).type).toBe("refused");
    expect(editView(view.id, "name", { seen: "Mine", value: "Other" }).type).toBe("refused");
    expect(deleteView(view.id)).toBe(false);
    expect(savedViewStore.getState()).toEqual([view]);
  });

  it("are read without entries that are not views", () => {
    const good = { id: "view_1", name: "Good", search: "" };
    const bad = [
      null,
      7,
      { ...good, name: " " },
      { ...good, name: "x".repeat(61) },
      { id: "view_2", name: "x" },
    ];
    expect(parseSavedViews([...bad, good, good])).toEqual([good]);
    expect(parseSavedViews({ views: [good] })).toEqual([]);
  });

  it("must have different names", () => {
    const view = add("Mine", "");
    expect(findViewNameFault(savedViewStore.getState(), " mine ")).toBe("Another view has this name.");
    expect(findViewNameFault(savedViewStore.getState(), "mine", view.id)).toBeUndefined();
    expect(findViewNameFault([], "  ")).toBe("Name is required.");
  });

  it("of a file are added once, with a number if the name is taken", () => {
    const now = [{ id: "view_1", name: "Mine", search: "tag=a" }];
    const file = [
      { name: "mine", search: "tag=a" },
      { name: "Mine", search: "tag=b" },
    ];
    const merged = mergeViews(now, file);
    expect(merged.map(({ name, search }) => [name, search])).toEqual([
      ["Mine", "tag=a"],
      ["Mine (2)", "tag=b"],
    ]);
    expect(mergeViews(merged, file.slice(0, 1))).toEqual(merged);
    const many = Array.from({ length: 200 }, (_, index) => ({ name: `View ${index}`, search: "" }));
    expect(mergeViews(now, many)).toHaveLength(SAVED_VIEW_LIMITS.views);
  });
});

it("favorites are added and removed, up to the number of ids by which a list can be filtered", () => {
  expect(setFavorite({ id: "a", name: "A" }, true)).toBe("added");
  expect(setFavorite({ id: "a", name: "A" }, true)).toBe("added");
  expect(favoriteFlowStore.getState()).toEqual([{ id: "a", name: "A" }]);
  for (let index = 1; index < MAX_FAVORITES; index += 1) setFavorite({ id: `f${index}`, name: "F" }, true);
  expect(setFavorite({ id: "more", name: "More" }, true)).toBe("full");
  expect(setFavorite({ id: "a", name: "A" }, false)).toBe("removed");
  expect(setFavorite({ id: "more", name: "More" }, true)).toBe("added");
});

it("favorites are not added if storage is full, and are empty if storage is damaged", () => {
  const full = fillStorage();
  expect(setFavorite({ id: "a", name: "A" }, true)).toBe("refused");
  full.mockRestore();
  stored.setItem("flowline-favorite-flows", '{"a":1}');
  expect(favoriteFlowStore.getState()).toEqual([]);
});

it("tags that the browser stores are changed, counted and searched like those of the server", () => {
  changeDeviceTags("flow_1", { add: ["Sales", "beta"] });
  changeDeviceTags("flow_2", { add: ["sales"] });
  expect(readDeviceTags("flow_2")).toEqual(["Sales"]);
  expect(countDeviceTags()).toEqual([
    { name: "Sales", flows: 2 },
    { name: "beta", flows: 1 },
  ]);
  expect(findFlowsWithDeviceTags(["SALES", "Beta"])).toEqual(["flow_1"]);
  changeDeviceTags("flow_2", { remove: ["sales"] });
  expect(readDeviceTags("flow_2")).toEqual([]);
  expect(readDeviceTags("__proto__")).toEqual([]);
});
