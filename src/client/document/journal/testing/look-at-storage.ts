import { findJournals } from "#client/document/journal/find-journals.ts";
import { claimJournal } from "#client/document/journal/claim-journal.ts";
import type { JournalSite } from "#client/document/journal/journal-site.ts";
import type { KeptWork } from "#client/document/open-flow.ts";
import { SERVER, sampleFlow } from "./fake-browser.ts";

/** Everything that the device holds. */
export async function readRecords({ database }: JournalSite) {
  const connection = await database.connect();
  return { journals: await connection.getAll("journals"), parts: await connection.getAll("parts") };
}

/** What somebody who opens the sample flow gets back, all of it, of the newest journal that nobody has. */
export async function recoverWork(site: JournalSite): Promise<KeptWork | undefined> {
  const [found] = await findJournals(site, { server: SERVER, flowId: sampleFlow.id });
  const claimed = found && (await claimJournal(site, found.id));
  return claimed?.content.type === "restored" ? claimed.content.work : undefined;
}
