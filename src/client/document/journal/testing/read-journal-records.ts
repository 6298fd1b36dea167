import { listUnopenedJournalsOfFlow } from "#client/document/journal/list-unopened-journals.ts";
import { claimJournal } from "#client/document/journal/claim-journal.ts";
import type { JournalDependencies } from "#client/document/journal/journal-dependencies.ts";
import type { PersistedOpenFlowState } from "#client/document/open-flow-state.ts";
import { FAKE_SERVER_ORIGIN, digestFlow } from "./fake-browser.ts";

export async function readRecords({ database }: JournalDependencies) {
  const connection = await database.connect();
  return { journals: await connection.getAll("journals"), parts: await connection.getAll("parts") };
}

export async function readNewestJournal(
  site: JournalDependencies,
): Promise<PersistedOpenFlowState | undefined> {
  const [found] = await listUnopenedJournalsOfFlow(site, {
    server: FAKE_SERVER_ORIGIN,
    flowId: digestFlow.id,
  });
  const claimed = found && (await claimJournal(site, found.id));
  return claimed?.content.type === "restored" ? claimed.content.work : undefined;
}
