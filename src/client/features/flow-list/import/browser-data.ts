import { type JsonValue, isJsonObject } from "#core/json/json.ts";
import { changeDeviceStore } from "#client/data/device/change-device-store.ts";
import { type FavoriteFlow, MAX_FAVORITES, favoriteFlowStore } from "#client/data/device/favorite-flows.ts";
import {
  type SavedView,
  mergeViews,
  parseSavedViews,
  savedViewStore,
} from "#client/data/device/saved-views.ts";

type FileView = Omit<SavedView, "id">;

/** The saved views and favorites of the browser, which an export of all flows holds besides the flows. */
export interface BrowserData {
  readonly views: readonly FileView[];
  /** `file` is the name of the flow's file in the same archive: an imported flow has another id. */
  readonly favorites: readonly (FavoriteFlow & { readonly file?: string | undefined })[];
}

/** Name of the file in an archive, without extension. */
export const BROWSER_DATA_FILE_NAME = "Views and favorites";

/** Distinguishes the file from files of flows. */
const MARK = "flowlineBrowserData";

/** Returns the file's text; undefined if the browser has no saved views and no favorites. */
export function formatBrowserData(fileOf: (flowId: string) => string | undefined): string | undefined {
  const views = savedViewStore.getState().map(({ id: _id, ...view }) => view);
  const favorites = favoriteFlowStore.getState().map((flow) => ({ ...flow, file: fileOf(flow.id) }));
  if (views.length + favorites.length === 0) return undefined;
  return `${JSON.stringify({ [MARK]: 1, views, favorites }, null, 2)}\n`;
}

/** Reads the data from the parsed JSON of a file; undefined for other files. Ignores entries that are not valid. */
export function parseBrowserData(value: JsonValue): BrowserData | undefined {
  if (!isJsonObject(value) || value[MARK] === undefined) return undefined;
  const { views, favorites } = value;
  const listed = Array.isArray(views) ? views : [];
  return {
    views: parseSavedViews(
      listed.map((view, index) => isJsonObject(view) && { ...view, id: String(index) }),
    ).map(({ name, search, page }) => ({ name, search, ...(page && { page }) })),
    favorites: (Array.isArray(favorites) ? favorites : []).flatMap((flow) => {
      if (!isJsonObject(flow)) return [];
      const { id, name, file } = flow;
      if (typeof id !== "string" || typeof name !== "string") return [];
      return [{ id, name, ...(typeof file === "string" && { file }) }];
    }),
  };
}

/** Favorites without a flow by `findFlow` are left out. Returns false if the browser stores nothing. */
export function addBrowserData(
  { views, favorites }: BrowserData,
  findFlow: (favorite: BrowserData["favorites"][number]) => string | undefined,
): boolean {
  const areViewsStored = changeDeviceStore(savedViewStore, (now) => mergeViews(now, views));
  const found = favorites.flatMap((favorite): FavoriteFlow[] => {
    const id = findFlow(favorite);
    return id === undefined ? [] : [{ id, name: favorite.name }];
  });
  const areFavoritesStored = changeDeviceStore(favoriteFlowStore, (now) => {
    const ids = new Set(now.map(({ id }) => id));
    return [...now, ...found.filter(({ id }) => !ids.has(id))].slice(0, MAX_FAVORITES);
  });
  return areViewsStored && areFavoritesStored;
}
