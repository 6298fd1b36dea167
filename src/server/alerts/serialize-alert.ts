import * as z from "zod/mini";
import { type Alert, type AlertDelivery, type AlertTarget, alertTargetSchema } from "#contract/alerts.ts";
import { type Caller, isScopeGrantedToCaller } from "#server/domain/caller.ts";
import type { AlertDeliveryRow } from "#server/store/alert-delivery-rows.ts";
import type { NamedAlertRuleRow } from "#server/store/alert-rows.ts";
import { formatAlertTitle, parseAlertContent } from "./alert-content.ts";

export function parseTarget(json: string): AlertTarget {
  return z.parse(alertTargetSchema, JSON.parse(json));
}

/** A caller who may not edit alerts gets only the origin of an address, whose path may be a secret. */
export function serializeAlert(row: NamedAlertRuleRow, caller: Caller, last?: AlertDeliveryRow): Alert {
  const target = parseTarget(row.target);
  const isWhole = target.type === "mail" || isScopeGrantedToCaller(caller, "FLOWS:WRITE");
  return {
    id: row.id,
    flowId: row.flowId,
    flowName: row.flowName,
    conditions: row.conditions,
    notRunMinutes: row.notRunMinutes,
    target: isWhole ? target : { ...target, url: new URL(target.url).origin },
    isEnabled: row.isEnabled,
    pauseReason: row.pauseReason,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    lastDelivery: last ? serializeDelivery(last) : null,
  };
}

export function serializeDelivery(row: AlertDeliveryRow): AlertDelivery {
  const content = parseAlertContent(row.content);
  return {
    id: row.id,
    kind: row.kind,
    title: formatAlertTitle(row.kind, content),
    flowId: content.flow?.id ?? null,
    runId: content.run?.id ?? null,
    state: row.state,
    attempts: row.attempts,
    error: row.error,
    createdAt: row.createdAt.toISOString(),
    attemptedAt: row.attemptedAt?.toISOString() ?? null,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
  };
}
