import { sql } from "drizzle-orm";
import { type AlertRuleKey, lockAlertRule, updateAlertRule } from "#server/store/alert-rows.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import type { AlertJobs } from "./alert-jobs.ts";

/**
 * Begins to watch for missing runs, by a new job; an earlier one finds that it is not the rule's any more. A rule of all flows
 * leaves out flows that had not run for so long before.
 */
export async function watchRuns(tx: DatabaseTransaction, jobs: AlertJobs, key: AlertRuleKey): Promise<void> {
  const rule = await lockAlertRule(tx, key);
  if (!rule) return;
  const { organizationId, id: ruleId } = key;
  const { notRunMinutes, flowId } = rule;
  if (notRunMinutes === null || !rule.isEnabled || rule.deletedAt) {
    await updateAlertRule(tx, key, { watchJobId: null });
    return;
  }
  const watchJobId = await jobs.insert(tx, { type: "watch", organizationId, ruleId });
  const before = sql`now() - make_interval(mins => ${notRunMinutes}::integer)`;
  await updateAlertRule(tx, key, {
    watchJobId,
    watchedFrom: sql`now()`,
    reportedUntil: flowId === null ? before : null,
  });
}
