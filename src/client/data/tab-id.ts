import { mintId } from "./mint-id.ts";

const STORAGE_KEY = "flowline-browser";

const browserId = readBrowserId();

/** What this page calls itself in every write it sends: another one after a reload, but of the same browser. */
export const tabId = `${browserId}-${mintId("tab")}`;

export type Origin = "this-tab" | "this-browser" | "elsewhere";

/** Where a change came from, by the name that its tab gave itself; programs give none. */
export function findOrigin(author: string | null): Origin {
  if (author === tabId) return "this-tab";
  return author?.startsWith(`${browserId}-`) ? "this-browser" : "elsewhere";
}

/** A random name that all tabs of a browser share. Without storage each tab is a browser of its own. */
function readBrowserId(): string {
  const id = mintId("browser");
  try {
    const known = localStorage.getItem(STORAGE_KEY);
    if (known !== null && /^browser_\w{26}$/.test(known)) return known;
    localStorage.setItem(STORAGE_KEY, id);
  } catch {
    // What is not kept lasts as long as the page.
  }
  return id;
}
