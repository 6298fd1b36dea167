import { ALERT_LIMITS } from "#contract/alert-kinds.ts";
import type { AlertBody, SavedAlert } from "#contract/alerts.ts";
import type { Caller } from "#server/domain/caller.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import { createFlowNotFoundError, isWellFormedId } from "#server/flows/flow-access.ts";
import { createPrefixedId } from "#server/flows/flow-context.ts";
import { dropPendingDeliveries, findLastDeliveries } from "#server/store/alert-delivery-rows.ts";
import {
  type AlertRuleRow,
  insertAlertRule,
  lockAlertRule,
  lockAndCountAlertRules,
  updateAlertRule,
} from "#server/store/alert-rows.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { lockFlowAgainstDeletion } from "#server/store/step-result-rows.ts";
import type { AlertService } from "./alert-service.ts";
import { assertTargetCanBeUsed } from "./assert-target-can-be-used.ts";
import { createAlertNotFoundError, getAlertRule, parseAlertKey } from "./get-alert-rule.ts";
import { parseTarget, serializeAlert } from "./serialize-alert.ts";
import { watchRuns } from "./watch-runs.ts";
import { createWebhookSecret } from "./create-signature-headers.ts";

export async function createAlert(
  service: AlertService,
  caller: Caller,
  body: AlertBody,
): Promise<SavedAlert> {
  const { context, jobs } = service;
  const { organizationId } = caller;
  assertHasCondition(body);
  await assertTargetCanBeUsed(context, body.target);
  await service.open();
  const key = { organizationId, id: createPrefixedId("alert", Date.now()) };
  const secret = body.target.type === "webhook" ? createWebhookSecret() : null;
  const row = await service.change(caller, async (tx) => {
    await lockFlow(tx, organizationId, body.flowId);
    await assertMayAddRule(tx, organizationId);
    await insertAlertRule(tx, { ...key, ...toColumns(body), ...describeMaker(caller), secret });
    await watchRuns(tx, jobs, key);
    return getAlertRule(tx, key);
  });
  service.look();
  return { ...serializeAlert(row, caller), ...(secret !== null && { secret }) };
}

/** Restores a deleted rule. A new address has a new secret, because the old receiver knows the old one. */
export async function updateAlert(
  service: AlertService,
  caller: Caller,
  id: string,
  body: AlertBody,
): Promise<SavedAlert> {
  const { context, jobs } = service;
  const key = parseAlertKey(caller, id);
  assertHasCondition(body);
  await assertTargetCanBeUsed(context, body.target);
  await service.open();
  return service.change(caller, async (tx) => {
    await lockFlow(tx, key.organizationId, body.flowId);
    const row = await lockAlertRule(tx, key);
    if (!row) throw createAlertNotFoundError();
    if (row.deletedAt) await assertMayAddRule(tx, key.organizationId);
    const secret = hasSameReceiver(row, body) ? row.secret : createWebhookSecretFor(body);
    const updatedAt = new Date();
    await updateAlertRule(tx, key, {
      ...toColumns(body),
      ...(mustAnswerFor(row, body) && describeMaker(caller)),
      pauseReason: body.isEnabled ? null : row.pauseReason,
      secret,
      deletedAt: null,
      updatedAt,
    });
    if (!body.isEnabled) await dropPendingDeliveries(tx, key.organizationId, id);
    if (changesWatch(row, body)) await watchRuns(tx, jobs, key);
    const last = await findLastDeliveries(tx, key.organizationId, [id]);
    const alert = serializeAlert(await getAlertRule(tx, key), caller, last.get(id));
    return { ...alert, ...(secret !== null && secret !== row.secret && { secret }) };
  });
}

export async function deleteAlert(service: AlertService, caller: Caller, id: string): Promise<void> {
  const key = parseAlertKey(caller, id);
  await service.change(caller, async (tx) => {
    const row = await lockAlertRule(tx, key);
    if (!row || row.deletedAt) throw createAlertNotFoundError();
    await updateAlertRule(tx, key, { deletedAt: new Date(), watchJobId: null });
    await dropPendingDeliveries(tx, key.organizationId, id);
  });
}

export async function rotateAlertSecret(
  service: AlertService,
  caller: Caller,
  id: string,
): Promise<SavedAlert> {
  const key = parseAlertKey(caller, id);
  const secret = createWebhookSecret();
  const row = await service.change(caller, async (tx) => {
    const locked = await lockAlertRule(tx, key);
    if (!locked || locked.deletedAt) throw createAlertNotFoundError();
    if (locked.secret === null) {
      const message = "This alert sends mails, which are not signed.";
      throw createInvalidRequestError(message, { message, path: "target.type", code: "INVALID_VALUE" });
    }
    await updateAlertRule(tx, key, { secret, updatedAt: new Date() });
    return getAlertRule(tx, key);
  });
  return { ...serializeAlert(row, caller), secret };
}

/** Flows are locked before rules, as a deleted flow does with its rules. */
async function lockFlow(tx: DatabaseTransaction, organizationId: string, flowId: string | null) {
  if (flowId === null) return;
  if (!isWellFormedId(flowId) || !(await lockFlowAgainstDeletion(tx, organizationId, flowId)))
    throw createFlowNotFoundError();
}

async function assertMayAddRule(tx: DatabaseTransaction, organizationId: string): Promise<void> {
  if ((await lockAndCountAlertRules(tx, organizationId)) < ALERT_LIMITS.rules) return;
  const message = `There are already ${ALERT_LIMITS.rules} alerts. Delete one first.`;
  throw createInvalidRequestError(message, { message, code: "TOO_MANY_ITEMS" });
}

function assertHasCondition({ conditions, notRunMinutes }: AlertBody): void {
  if (conditions.length > 0 || notRunMinutes !== null) return;
  const message = "Choose when to send the alert.";
  throw createInvalidRequestError(message, { message, path: "conditions", code: "TOO_SHORT" });
}

function toColumns({ flowId, conditions, notRunMinutes, target, isEnabled }: AlertBody) {
  const stored =
    target.type === "mail"
      ? { type: target.type, addresses: removeRepeats(target.addresses) }
      : { type: target.type, url: target.url };
  return {
    flowId,
    conditions: [...new Set(conditions)],
    notRunMinutes,
    target: JSON.stringify(stored),
    isEnabled,
  };
}

/** The key whose scopes decide what the rule may send. */
function describeMaker({ keyName, keyHash, scopes }: Caller) {
  return { createdBy: keyName ?? null, keyHash: keyHash ?? null, scopes: [...scopes] };
}

/** Other changes keep the scopes of the rule, which so never reach a target that a lesser key has chosen. */
function mustAnswerFor(row: AlertRuleRow, body: AlertBody): boolean {
  return row.target !== toColumns(body).target || row.pauseReason !== null || row.scopes.length === 0;
}

/** Mail servers treat letters of either case alike. */
function removeRepeats(addresses: readonly string[]): readonly string[] {
  const folded = addresses.map((address) => address.toLowerCase());
  return addresses.filter((_, index) => folded.indexOf(folded[index] ?? "") === index);
}

function createWebhookSecretFor({ target }: AlertBody): string | null {
  return target.type === "webhook" ? createWebhookSecret() : null;
}

function hasSameReceiver(row: AlertRuleRow, { target }: AlertBody): boolean {
  const before = parseTarget(row.target);
  if (before.type !== "webhook" || target.type !== "webhook") return before.type === target.type;
  return new URL(before.url).origin === new URL(target.url).origin;
}

function changesWatch(row: AlertRuleRow, { flowId, notRunMinutes, isEnabled }: AlertBody): boolean {
  return (
    row.deletedAt !== null ||
    row.flowId !== flowId ||
    row.notRunMinutes !== notRunMinutes ||
    row.isEnabled !== isEnabled
  );
}
