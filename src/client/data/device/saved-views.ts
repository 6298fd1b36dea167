import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import { changeDeviceStore } from "./change-device-store.ts";
import { createDeviceStore } from "./device-store.ts";

/** A name for a set of search parameters of a list. */
export interface SavedView {
  readonly id: string;
  readonly name: string;
  /** The search parameters as in a URL, without the question mark. */
  readonly search: string;
  /** The list of flows if absent, as in views that older versions stored. */
  readonly page?: ViewPage | undefined;
}

export type ViewPage = "runs";

export const SAVED_VIEW_LIMITS = { views: 100, name: 60, search: 2000 } as const;

export const savedViewStore = createDeviceStore("flowline-saved-views", parseSavedViews);

export function parseSavedViews(stored: unknown): readonly SavedView[] {
  if (!Array.isArray(stored)) return NONE;
  const byId = new Map(stored.filter(isSavedView).map((view) => [view.id, view]));
  return sortByName([...byId.values()]).slice(0, SAVED_VIEW_LIMITS.views);
}

const NONE: readonly SavedView[] = [];

function isSavedView(value: unknown): value is SavedView {
  const { id, name, search, page } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return (
    typeof id === "string" &&
    typeof name === "string" &&
    typeof search === "string" &&
    (page === undefined || page === "runs") &&
    name.trim() !== "" &&
    name.length <= SAVED_VIEW_LIMITS.name &&
    search.length <= SAVED_VIEW_LIMITS.search
  );
}

const sortByName = (views: readonly SavedView[]) => views.toSorted((a, b) => a.name.localeCompare(b.name));

const isSameName = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Returns the reason why a view cannot have the name, as a sentence. */
export function findViewNameFault(
  views: readonly SavedView[],
  name: string,
  id?: string,
): string | undefined {
  const trimmed = name.trim();
  if (trimmed === "") return "Name is required.";
  if (trimmed.length > SAVED_VIEW_LIMITS.name) return `At most ${SAVED_VIEW_LIMITS.name} characters.`;
  const isTaken = views.some((view) => view.id !== id && isSameName(view.name, name));
  return isTaken ? "Another view has this name." : undefined;
}

export type ViewEditOutcome =
  | { readonly type: "done"; readonly view: SavedView }
  /** Another tab changed the same field; `view` is what it stored. */
  | { readonly type: "conflict"; readonly view: SavedView }
  | { readonly type: "deleted" | "full" | "refused" };

/** Adds a view, or restores a deleted one with its id. */
export function addView(added: Omit<SavedView, "id"> & { readonly id?: string }): ViewEditOutcome {
  const { id = createSortableId("view"), search, page } = added;
  const view = { id, name: added.name.trim(), search, ...(page && { page }) };
  let isFull = false;
  const isStored = changeDeviceStore(savedViewStore, (views) => {
    isFull = views.length >= SAVED_VIEW_LIMITS.views;
    return isFull ? views : sortByName([...views.filter((other) => other.id !== id), view]);
  });
  if (isFull) return { type: "full" };
  return isStored ? { type: "done", view } : { type: "refused" };
}

/** Refuses if another tab has changed that field since this tab read `seen`. */
export function editView(
  id: string,
  field: "name" | "search",
  { seen, value }: { readonly seen: string; readonly value: string },
): ViewEditOutcome {
  let outcome: ViewEditOutcome = { type: "deleted" };
  const isStored = changeDeviceStore(savedViewStore, (views) => {
    const stored = views.find((view) => view.id === id);
    if (!stored) return views;
    if (stored[field] !== seen && stored[field] !== value) {
      outcome = { type: "conflict", view: stored };
      return views;
    }
    const view = { ...stored, [field]: value };
    outcome = { type: "done", view };
    return sortByName(views.map((other) => (other.id === id ? view : other)));
  });
  return isStored ? outcome : { type: "refused" };
}

/** Returns false if the browser refused to store the change. */
export function deleteView(id: string): boolean {
  return changeDeviceStore(savedViewStore, (views) => views.filter((view) => view.id !== id));
}

/** Adds the views of a file. Skips views that exist already, and adds a number to a name that is taken. */
export function mergeViews(
  existing: readonly SavedView[],
  added: readonly Omit<SavedView, "id">[],
): readonly SavedView[] {
  const views = [...existing];
  for (const { name, search, page } of added) {
    const isSame = (view: SavedView) => view.search === search && view.page === page;
    if (views.some((view) => isSame(view) && isSameName(view.name, name))) continue;
    let unique = name;
    for (let copy = 2; views.some((view) => isSameName(view.name, unique)); copy += 1) {
      const suffix = ` (${copy})`;
      unique = `${name.slice(0, SAVED_VIEW_LIMITS.name - suffix.length)}${suffix}`;
    }
    if (views.length < SAVED_VIEW_LIMITS.views)
      views.push({ id: createSortableId("view"), name: unique, search, ...(page && { page }) });
  }
  return sortByName(views);
}
