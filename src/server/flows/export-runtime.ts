import { serializeWithRawJson } from "#server/domain/serialize-with-raw-json.ts";
import type { Caller } from "#server/domain/caller.ts";
import { getFlow } from "./flow-access.ts";
import type { FlowServiceDependencies } from "./flow-context.ts";

export async function exportFlowForRuntime(
  context: FlowServiceDependencies,
  caller: Caller,
  flowId: string,
): Promise<string> {
  const { id, name, description, steps } = await getFlow(context, caller, flowId);
  const fields = context.extras ? { id, name, description } : { id, name };
  return serializeWithRawJson(fields, { steps });
}
