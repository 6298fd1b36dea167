import type { Caller } from "#server/domain/caller.ts";
import { findLastDeliveries, listAlertDeliveries } from "#server/store/alert-delivery-rows.ts";
import { listAlertRules } from "#server/store/alert-rows.ts";
import type { AlertService } from "./alert-service.ts";
import { getAlertRule, parseAlertKey } from "./get-alert-rule.ts";
import { serializeAlert, serializeDelivery } from "./serialize-alert.ts";

export async function listAlerts({ context }: AlertService, caller: Caller, flowId: string | undefined) {
  const { organizationId } = caller;
  const rows = await listAlertRules(context.store.database, organizationId, flowId);
  const ids = rows.map(({ id }) => id);
  const last = await findLastDeliveries(context.store.database, organizationId, ids);
  return { alerts: rows.map((row) => serializeAlert(row, caller, last.get(row.id))) };
}

export async function listDeliveriesOfAlert({ context }: AlertService, caller: Caller, id: string) {
  const key = parseAlertKey(caller, id);
  await getAlertRule(context.store.database, key);
  const rows = await listAlertDeliveries(context.store.database, key.organizationId, id);
  return { deliveries: rows.map(serializeDelivery) };
}
