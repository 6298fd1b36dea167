import { objectText, type Answer } from "#server/answer.ts";
import type { Caller } from "#server/caller.ts";
import { getFlow } from "./flow-access.ts";
import type { FlowContext } from "./flow-context.ts";

/** The saved definition by itself, with nothing to be looked up: what a runtime without this server starts from. */
export async function exportRuntime(context: FlowContext, caller: Caller, flowId: string): Promise<Answer> {
  const { id, name, description, steps } = await getFlow(context, caller, flowId);
  const told = context.extras ? { id, name, description } : { id, name };
  return { status: 200, body: objectText(told, { steps }) };
}
