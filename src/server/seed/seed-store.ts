import { SAMPLE_FLOW_ID_PREFIX } from "#contract/flow.ts";
import type { Caller } from "#server/domain/caller.ts";
import {
  changeFlowInTransaction,
  createFlowInTransaction,
} from "#server/flows/change-flow-in-transaction.ts";
import type { FlowServiceDependencies } from "#server/flows/flow-context.ts";
import { publishSavedFlowDefinition } from "#server/flows/publish.ts";
import { createRecordId } from "#server/records/record-context.ts";
import { buildNewRecordRow } from "#server/records/update-record-fields.ts";
import { hasStoreNeverContainedFlows } from "#server/store/flow-rows.ts";
import { insertRecords } from "#server/store/record-rows.ts";
import { SAMPLE_RECORDS } from "./sample-records.ts";
import { SAMPLE_FLOWS } from "./sample-flows.ts";

const OWNER: Caller = { organizationId: "org_local", userId: "user_local", scopes: ["*"] };

/** Only if the store never contained a flow. Returns the number of flows created. */
export async function seedStoreWithSamples(context: FlowServiceDependencies): Promise<number> {
  if (!(await hasStoreNeverContainedFlows(context.store.database))) return 0;
  const { findStepContents } = await import("#server/flows/step-index/find-names-in-step-texts.ts");
  await context.store.write(async (tx) => {
    const write = { tx, caller: OWNER, publish: () => undefined };
    const now = context.now();
    const records = SAMPLE_RECORDS.map(({ type, name, metadata }, place) => {
      const fields = { type, name, metadata: JSON.stringify(metadata), messages: null };
      return buildNewRecordRow(OWNER, now, createRecordId(now, place), fields);
    });
    await insertRecords(tx, records);
    for (const { flow, state } of SAMPLE_FLOWS) {
      const stepContents = findStepContents(flow.flowSteps);
      const { id } = await createFlowInTransaction(
        context,
        { ...write, stepContents },
        flow,
        SAMPLE_FLOW_ID_PREFIX,
      );
      if (state.type === "draft") continue;
      await publishSavedFlowDefinition(context, write, id, {});
      if (state.type !== "changed") continue;
      const change = state.change(flow);
      const changed = { ...write, stepContents: findStepContents(change.flowSteps) };
      await changeFlowInTransaction(context, changed, id, change);
    }
  });
  return SAMPLE_FLOWS.length;
}
