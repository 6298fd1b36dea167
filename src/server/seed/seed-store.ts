import type { Caller } from "#server/caller.ts";
import { changeFlow, createFlow } from "#server/flows/write-flow.ts";
import type { FlowContext } from "#server/flows/flow-context.ts";
import { publishDraft } from "#server/flows/publish.ts";
import { mintRecordId } from "#server/records/record-context.ts";
import { newRecord } from "#server/records/write-record.ts";
import { isNewStore } from "#server/store/flow-rows.ts";
import { insertRecords } from "#server/store/record-rows.ts";
import { SAMPLE_RECORDS } from "./sample-records.ts";
import { SAMPLE_FLOWS } from "./sample-flows.ts";

const OWNER: Caller = { organizationId: "org_local", userId: "user_local", scopes: ["*"] };

/**
 * Puts the sample flows, and records to run them on, into a store that never held a flow, all or nothing; answers how many
 * flows were made.
 */
export async function seedStore(context: FlowContext): Promise<number> {
  if (!(await isNewStore(context.store.database))) return 0;
  await context.store.write(async (tx) => {
    const now = context.now();
    const records = SAMPLE_RECORDS.map(({ type, name, metadata }, place) => {
      const fields = { type, name, metadata: JSON.stringify(metadata), messages: null };
      return newRecord(OWNER, now, mintRecordId(now, place), fields);
    });
    await insertRecords(tx, records);
    for (const { flow, state } of SAMPLE_FLOWS) {
      const made = await createFlow(context, tx, OWNER, flow);
      const { id } = JSON.parse(made.body ?? "") as { readonly id: string };
      if (state.type === "draft") continue;
      await publishDraft(context, tx, OWNER, id, {}, undefined);
      if (state.type === "changed") await changeFlow(context, tx, OWNER, id, state.change(flow), {});
    }
  });
  return SAMPLE_FLOWS.length;
}
