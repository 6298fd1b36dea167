import type { Page } from "@playwright/test";
import type { FlowRow } from "./flow-rows.ts";

/** What a page showed from one moment on: the save state in its words, and the steps. */
export interface PageView {
  /** In milliseconds since 1970, and fractions of them: no two views have the same. */
  readonly at: number;
  /** Undefined where no flow is open. */
  readonly status: string | undefined;
  readonly rows: readonly FlowRow[];
  /** What stands in the text box that is typed into, which may be a moment ahead of the rows. */
  readonly typed: string | undefined;
}

declare global {
  interface Window {
    takeViews?: () => readonly PageView[];
  }
}

/** From now on the page notes whatever it shows, however short it stands there. */
export async function recordViews(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const views: PageView[] = [];
    let last = "";
    const look = () => {
      // A row shows less of its step while its name is typed.
      if (document.querySelector("[data-step-id] input") !== null) return;
      const items = [...document.querySelectorAll("[aria-label='Steps'] [data-step-id]")];
      const rows = items
        .toSorted((a, b) => Number(a.getAttribute("aria-posinset")) - Number(b.getAttribute("aria-posinset")))
        .map((item) => ({
          id: item.getAttribute("data-step-id") ?? "",
          name: item.querySelector("[aria-label^='Reorder ']")?.getAttribute("aria-label")?.slice(8) ?? "",
          isOn: item.querySelector("[role=switch]")?.getAttribute("aria-checked") === "true",
          prompt: item.querySelector("[data-part=hint]")?.textContent ?? "",
        }));
      const status = document.querySelector("output")?.textContent ?? undefined;
      const box = document.activeElement;
      const typed = box?.getAttribute("role") === "textbox" ? (box.textContent ?? undefined) : undefined;
      const text = JSON.stringify([status, rows, typed]);
      if (text === last) return;
      last = text;
      views.push({ at: performance.timeOrigin + performance.now(), status, rows, typed });
    };
    const attributeFilter = ["aria-checked", "aria-label", "aria-posinset"];
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter,
    });
    // What stands there now is kept, so that there is always a last one.
    window.takeViews = () => {
      look();
      return views.splice(0, views.length - 1).concat(views.slice(-1));
    };
  });
}

/** What the page has shown since it was last asked; the last of it is what it shows now. */
export async function takeViews(page: Page): Promise<readonly PageView[]> {
  return page.evaluate(() => window.takeViews?.() ?? []);
}
