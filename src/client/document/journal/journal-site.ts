import { mintId } from "#client/data/mint-id.ts";
import { type JournalDatabase, createJournalDatabase } from "./journal-database.ts";
import { type JournalOwners, createOwners } from "./journal-owners.ts";

/** Where journals are, and who has them, as this page sees it. */
export interface JournalSite {
  readonly database: JournalDatabase;
  readonly owners: JournalOwners;
  /** Names the tab, through every reload of it. */
  readonly tabId: string;
}

let site: JournalSite | undefined;

/** The one of this page: a page has one connection and is one owner. */
export function journalSite(): JournalSite {
  if (!site) {
    const database = createJournalDatabase();
    site = { database, owners: createOwners(database), tabId: nameTab() };
  }
  return site;
}

const STORAGE_KEY = "flowline-tab";

/** Where a tab can keep nothing, each page is a tab of its own. */
function nameTab(): string {
  const id = mintId("tab");
  try {
    const known = sessionStorage.getItem(STORAGE_KEY);
    if (known !== null) return known;
    sessionStorage.setItem(STORAGE_KEY, id);
  } catch {
    // Storage may be off altogether.
  }
  return id;
}
