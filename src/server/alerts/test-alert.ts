import type { AlertTest } from "#contract/alerts.ts";
import type { Caller } from "#server/domain/caller.ts";
import { createPrefixedId } from "#server/flows/flow-context.ts";
import { insertAlertDelivery, storeAlertAttempt } from "#server/store/alert-delivery-rows.ts";
import { lockAlertRule } from "#server/store/alert-rows.ts";
import { sendAlert } from "./alert-sender.ts";
import type { AlertService } from "./alert-service.ts";
import { getAlertRule, parseAlertKey } from "./get-alert-rule.ts";
import { parseTarget } from "./serialize-alert.ts";

/** Sends a test at once, without the queue, and stores it as a delivery. */
export async function testAlert(
  service: AlertService,
  caller: Caller,
  id: string,
  signal: AbortSignal,
): Promise<AlertTest> {
  const { context } = service;
  const key = parseAlertKey(caller, id);
  const { organizationId } = key;
  const row = await getAlertRule(context.store.database, key);
  const { flowId, flowName } = row;
  const content = { flow: flowId === null ? null : { id: flowId, name: flowName ?? "" } };
  const delivery = { organizationId, id: createPrefixedId("alertsend", Date.now()) };
  const target = parseTarget(row.target);
  const alert = { ...delivery, ruleId: id, kind: "test", content, target, secret: row.secret } as const;
  const outcome = await sendAlert(context, { ...alert, createdAt: new Date() }, signal);
  const error = outcome.isSent ? outcome.note : outcome.error;
  await service.change(caller, async (tx) => {
    const locked = await lockAlertRule(tx, key);
    if (!locked) return;
    await insertAlertDelivery(tx, { ...alert, content: JSON.stringify(content) });
    const state = outcome.isSent ? "sent" : "failed";
    await storeAlertAttempt(tx, delivery, { state, error, retrySeconds: null });
  });
  const receiver = target.type === "mail" ? target.addresses.join(", ") : new URL(target.url).host;
  return { isSent: outcome.isSent, message: error ?? `Sent to ${receiver}.` };
}
