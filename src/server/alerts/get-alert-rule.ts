import type { Caller } from "#server/domain/caller.ts";
import { createNotFoundError } from "#server/domain/domain-error.ts";
import { isWellFormedId } from "#server/flows/flow-access.ts";
import { type AlertRuleRow, type NamedAlertRuleRow, findAlertRule } from "#server/store/alert-rows.ts";

export function createAlertNotFoundError() {
  return createNotFoundError("Alert not found.");
}

/** Throws 404 for a text that is no id. */
export function parseAlertKey({ organizationId }: Caller, id: string) {
  if (!isWellFormedId(id)) throw createAlertNotFoundError();
  return { organizationId, id };
}

export async function getAlertRule(
  reader: Parameters<typeof findAlertRule>[0],
  key: Pick<AlertRuleRow, "organizationId" | "id">,
): Promise<NamedAlertRuleRow> {
  const row = await findAlertRule(reader, key);
  if (!row) throw createAlertNotFoundError();
  return row;
}
