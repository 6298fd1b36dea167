import type { Caller } from "#server/caller.ts";
import { changeFlow, createFlow } from "#server/flows/write-flow.ts";
import type { FlowContext } from "#server/flows/flow-context.ts";
import { publishDraft } from "#server/flows/publish.ts";
import { isNewStore } from "#server/store/flow-rows.ts";
import { SAMPLE_FLOWS } from "./sample-flows.ts";

const OWNER: Caller = { organizationId: "org_local", userId: "user_local", scopes: ["*"] };

/** Puts the sample flows into a store that never held a flow, all or nothing; answers how many were made. */
export async function seedStore(context: FlowContext): Promise<number> {
  if (!(await isNewStore(context.store.database))) return 0;
  await context.store.write(async (tx) => {
    for (const { flow, state } of SAMPLE_FLOWS) {
      const made = await createFlow(context, tx, OWNER, flow);
      const { id } = JSON.parse(made.body ?? "") as { readonly id: string };
      if (state.type === "draft") continue;
      await publishDraft(context, tx, OWNER, id, {}, undefined);
      if (state.type === "changed") await changeFlow(context, tx, OWNER, id, state.change(flow), undefined);
    }
  });
  return SAMPLE_FLOWS.length;
}
