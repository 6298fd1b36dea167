import type { AlertKind } from "#contract/alert-kinds.ts";
import { alertTargetSchema } from "#contract/alerts.ts";
import * as z from "zod/mini";
import { createPrefixedId } from "#server/flows/flow-context.ts";
import { insertAlertDelivery } from "#server/store/alert-delivery-rows.ts";
import {
  type AlertRuleKey,
  findAlertRule,
  listAlertConditions,
  lockLastRun,
  takeAlertTurn,
} from "#server/store/alert-rows.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { type AlertContent, type EndedRun, describeRunForAlert } from "./alert-content.ts";
import type { AlertJobs } from "./alert-jobs.ts";
import { decideAlert, hasRunFailed } from "./decide-alert.ts";

export interface EndedRunOfFlow extends EndedRun {
  readonly organizationId: string;
}

/**
 * Raises the alerts of a run that ends in this transaction. Call it before the flow's row gets the run as its last one. Without
 * rules for the flow, it costs one look-up by index.
 */
export async function raiseAlerts(
  tx: DatabaseTransaction,
  jobs: AlertJobs,
  run: EndedRunOfFlow,
): Promise<void> {
  const hasFailed = hasRunFailed(run);
  if (hasFailed === undefined) return;
  const { organizationId, flowId } = run;
  const rules = await listAlertConditions(tx, organizationId, flowId);
  if (!rules.some(({ conditions }) => decideAlert(conditions, { hasFailed, hadFailed: true }))) return;
  const last = await lockLastRun(tx, organizationId, flowId);
  if (!last) return;
  const hadFailed = hasRunFailed(last) ?? false;
  const content = describeRunForAlert(run);
  for (const { id, conditions } of rules) {
    const condition = decideAlert(conditions, { hasFailed, hadFailed });
    if (!condition) continue;
    const rule = { organizationId, id };
    const turn = await takeAlertTurn(tx, { ...rule, flowId, condition, run: JSON.stringify(content) });
    if (turn?.counted === 0) await addDelivery(tx, jobs, { rule, kind: condition, content });
    if (turn?.counted === 1) {
      const seconds = turn.secondsUntilSummary;
      await jobs.insert(tx, { type: "summarize", organizationId, ruleId: id, flowId }, { seconds });
    }
  }
}

interface NewDelivery {
  readonly rule: AlertRuleKey;
  readonly kind: AlertKind;
  readonly content: AlertContent;
}

/** The caller holds a lock of the rule. */
export async function addDelivery(
  tx: DatabaseTransaction,
  jobs: AlertJobs,
  { rule, kind, content }: NewDelivery,
): Promise<void> {
  const { organizationId, id: ruleId } = rule;
  const row = await findAlertRule(tx, rule);
  if (!row) return;
  const id = createPrefixedId("alertsend", Date.now());
  await insertAlertDelivery(tx, { organizationId, id, ruleId, kind, content: JSON.stringify(content) });
  await jobs.insert(
    tx,
    { type: "deliver", organizationId, deliveryId: id },
    { targetKey: getTargetKey(row.target) },
  );
}

/** Targets with the same key share a limit of attempts at once. */
export function getTargetKey(target: string): string {
  const { data } = z.safeParse(alertTargetSchema, JSON.parse(target));
  return data?.type === "webhook" && URL.canParse(data.url) ? new URL(data.url).host : "mail";
}
