import type { JournalTrouble } from "./journal-database.ts";

/** Why edits are not kept, and that editing goes on. It is said once. */
export function describeTrouble(trouble: JournalTrouble): string {
  switch (trouble) {
    case "full":
      return "This device has no room left to keep your edits. You can go on; until you save, they last as long as this tab.";
    case "newer":
      return "A newer version of this page is open in another tab, so edits here are no longer kept on this device. Save them, then reload this page.";
    case "unavailable":
      return "This browser does not let the page keep your edits on this device. You can go on; until you save, they last as long as this tab.";
  }
}
