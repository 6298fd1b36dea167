import { readStoredText, storeText } from "#client/storage/stored-text.ts";
import { createSortableId } from "./create-sortable-id.ts";

const STORAGE_KEY = "flowline-browser";

const browserId = readBrowserId();

/** A reload creates a new id that starts with the same browser id. */
export const currentBrowserTabId = `${browserId}-${createSortableId("tab")}`;

export type ChangeOriginRelativeToTab = "this-tab" | "this-browser" | "elsewhere";

/** Changes by API clients have no tab id. */
export function getChangeOriginFromAuthorTabId(author: string | null): ChangeOriginRelativeToTab {
  if (author === currentBrowserTabId) return "this-tab";
  return author?.startsWith(`${browserId}-`) ? "this-browser" : "elsewhere";
}

function readBrowserId(): string {
  const known = readStoredText(STORAGE_KEY);
  if (known !== null && /^browser_\w{26}$/.test(known)) return known;
  const id = createSortableId("browser");
  storeText(STORAGE_KEY, id);
  return id;
}
