import { createSortableId } from "./create-sortable-id.ts";

const STORAGE_KEY = "flowline-browser";

const browserId = readBrowserId();

/**
 * Identifies this tab as the author of its writes. A reload creates a new id that starts with the same
 * browser id.
 */
export const currentBrowserTabId = `${browserId}-${createSortableId("tab")}`;

export type ChangeOriginRelativeToTab = "this-tab" | "this-browser" | "elsewhere";

/**
 * Maps the tab id of a change's author to the origin of the change; changes by API clients have no tab id.
 */
export function getChangeOriginFromAuthorTabId(author: string | null): ChangeOriginRelativeToTab {
  if (author === currentBrowserTabId) return "this-tab";
  return author?.startsWith(`${browserId}-`) ? "this-browser" : "elsewhere";
}

function readBrowserId(): string {
  const id = createSortableId("browser");
  try {
    const known = localStorage.getItem(STORAGE_KEY);
    if (known !== null && /^browser_\w{26}$/.test(known)) return known;
    localStorage.setItem(STORAGE_KEY, id);
  } catch {
    // Storage is blocked: the id lasts as long as the page.
  }
  return id;
}
