import type { Page } from "@playwright/test";
import type { DisplayedStepRow } from "./flow-rows.ts";

export interface PageSnapshot {
  /**
   * Time of the snapshot in milliseconds since 1970, with fractions, so that no two snapshots have the same time.
   */
  readonly at: number;
  readonly status: string | undefined;
  readonly rows: readonly DisplayedStepRow[];
  /**
   * Content of the focused text box. It may be newer than `rows`, because the page applies input after a delay.
   */
  readonly typed: string | undefined;
}

declare global {
  interface Window {
    takeViews?: () => readonly PageSnapshot[];
  }
}

/** Records everything that the page shows from now on, even for a moment. */
export async function startRecordingPageSnapshots(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const views: PageSnapshot[] = [];
    let last = "";
    const look = () => {
      // Records no snapshot while a step is renamed in its row, because the text field hides parts of the step.
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
    // Records the page as it is now before returning the snapshots, so that the result is never empty.
    window.takeViews = () => {
      look();
      return views.splice(0, views.length - 1).concat(views.slice(-1));
    };
  });
}

/**
 * Returns the recorded snapshots, oldest first, and clears all but the last one, which shows the page as it is now.
 */
export async function takeRecordedPageSnapshots(page: Page): Promise<readonly PageSnapshot[]> {
  return page.evaluate(() => window.takeViews?.() ?? []);
}
