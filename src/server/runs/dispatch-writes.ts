import * as z from "zod/mini";
import type { Caller } from "#server/domain/caller.ts";
import { DomainError } from "#server/domain/domain-error.ts";
import { createFlowNotFoundError } from "#server/flows/flow-access.ts";
import type { FlowServiceDependencies, FlowWriteTransactionContext } from "#server/flows/flow-context.ts";
import { parseStepsJson } from "#server/flows/normalize-step-order.ts";
import { type UpsertedFlow, saveFlowInCode } from "#server/flows/upsert-flow.ts";
import type { RecordWriteTransactionContext } from "#server/records/record-context.ts";
import { createRecord } from "#server/records/update-record-fields.ts";
import { type FlowRow, findFlow } from "#server/store/flow-rows.ts";
import { assertFlowHasStep } from "./dispatch-plan.ts";
import type { DispatchRequest } from "./dispatch-request.ts";

const dispatchWritesSchema = z.object({
  flow: z.nullable(
    z.object({
      id: z.string(),
      revision: z.number(),
      change: z.enum(["created", "updated", "unchanged"]),
      draftVersionId: z.string(),
    }),
  ),
  recordId: z.nullable(z.string()),
});

/** The writes of a dispatch before its run, as stored for its Idempotency-Key. */
export type DispatchWrites = z.infer<typeof dispatchWritesSchema>;

/** The writes of a dispatch, with the flow as it was saved. */
export interface SavedDispatch {
  readonly writes: DispatchWrites;
  readonly flow: FlowRow | undefined;
  readonly recordId: string | null;
}

export function hasDispatchWrites({ flowToSave, recordToCreate }: DispatchRequest): boolean {
  return flowToSave !== undefined || recordToCreate !== undefined;
}

/** With the same rules as `POST` and `PUT`. Runs nothing. */
export async function writeFlowAndRecordOfDispatch(
  context: FlowServiceDependencies,
  write: FlowWriteTransactionContext & { readonly publishRecords: RecordWriteTransactionContext["publish"] },
  { body, flowToSave, recordToCreate }: DispatchRequest,
): Promise<SavedDispatch> {
  const { tx, caller, publishRecords } = write;
  const saved = flowToSave && (await saveFlowInCode(context, write, flowToSave.flow, flowToSave.settings));
  const flow = saved?.row;
  // A step that does not exist must be refused before the commit: a refused request writes nothing.
  if (flow) {
    const steps = parseStepsJson(flow.steps);
    assertFlowHasStep({ name: flow.name, flowSteps: steps }, body.options?.upToStep);
  }
  const record =
    recordToCreate && (await createRecord(context, { tx, caller, publish: publishRecords }, recordToCreate));
  const recordId = record?.id ?? null;
  return { writes: { flow: saved ? describeSavedFlow(saved) : null, recordId }, flow, recordId };
}

function describeSavedFlow({ row, change, draftVersionId }: UpsertedFlow): DispatchWrites["flow"] {
  return { id: row.id, revision: row.revision, change, draftVersionId };
}

/** Throws 404 or 409 if the flow was deleted or changed since: the run would be another one. */
export async function readReplayedDispatchWrites(
  { store }: Pick<FlowServiceDependencies, "store">,
  { organizationId }: Caller,
  text: string,
): Promise<SavedDispatch> {
  const writes = z.parse(dispatchWritesSchema, JSON.parse(text));
  const { flow, recordId } = writes;
  if (!flow) return { writes, flow: undefined, recordId };
  const row = await findFlow(store.database, organizationId, flow.id);
  if (!row) throw createFlowNotFoundError();
  if (row.revision === flow.revision) return { writes, flow: row, recordId };
  const message = `The flow ${flow.id} was changed since the first request with this Idempotency-Key. Nothing was saved or run. Send a new key.`;
  throw new DomainError("conflict", message, {
    details: [{ message, path: "flow", code: "EXTERNAL_CHANGE" }],
  });
}
