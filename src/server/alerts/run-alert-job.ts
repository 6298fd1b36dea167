import * as z from "zod/mini";
import { alertTargetSchema } from "#contract/alerts.ts";
import {
  type AlertAttempt,
  dropAlertDelivery,
  findAlertDelivery,
  storeAlertAttempt,
} from "#server/store/alert-delivery-rows.ts";
import {
  beginQuietHour,
  findAlertRule,
  lockAlertRule,
  takeCollectedRuns,
  updateAlertRule,
} from "#server/store/alert-rows.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { findMissingRuns } from "#server/store/missing-runs.ts";
import type { Store } from "#server/store/store.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";
import { describeContentFor, parseAlertContent, parseCollectedRun } from "./alert-content.ts";
import type { AlertJob, AlertJobData, AlertJobs } from "./alert-jobs.ts";
import { type AlertOutcome, type AlertSenderDependencies, sendAlert } from "./alert-sender.ts";
import { getRetrySeconds } from "./decide-alert.ts";
import { addDelivery, getTargetKey } from "./raise-alerts.ts";

export interface AlertDependencies extends AlertSenderDependencies {
  readonly store: Store;
  readonly logger: ServerLogger;
}

type JobData<Type extends AlertJobData["type"]> = Extract<AlertJobData, { type: Type }>;

/** Does what a job asks for. What it changes is committed with the job's removal, and not at all if another server has the job. */
export async function runAlertJob(
  context: AlertDependencies,
  jobs: AlertJobs,
  job: AlertJob,
  stopping: AbortSignal,
): Promise<void> {
  const { data } = job;
  const finish = (change: (tx: DatabaseTransaction) => Promise<void>) =>
    context.store.write(async (tx) => {
      if (await jobs.remove(tx, job)) await change(tx);
    });
  switch (data?.type) {
    case "deliver":
      return deliver(context, { jobs, job, data, finish, stopping });
    case "summarize":
      return finish((tx) => summarize(tx, jobs, data));
    case "watch":
      return finish((tx) => watch(tx, { jobs, data, jobId: job.id }));
    case undefined:
      return jobs.putBack(job);
  }
}

interface Delivering {
  readonly jobs: AlertJobs;
  readonly job: AlertJob;
  readonly data: JobData<"deliver">;
  readonly finish: (change: (tx: DatabaseTransaction) => Promise<void>) => Promise<void>;
  readonly stopping: AbortSignal;
}

async function deliver(
  context: AlertDependencies,
  { jobs, job, data, finish, stopping }: Delivering,
): Promise<void> {
  const { organizationId, deliveryId: id } = data;
  const key = { organizationId, id };
  const delivery = await findAlertDelivery(context.store.database, key);
  if (delivery?.state !== "pending") return finish(async () => undefined);
  const rule = await findAlertRule(context.store.database, { organizationId, id: delivery.ruleId });
  if (!rule?.isEnabled) return finish((tx) => dropAlertDelivery(tx, key));
  const alert = {
    ...delivery,
    // Error texts quote records. What the rule may send is decided now: its target may have changed.
    content: describeContentFor(rule, parseAlertContent(delivery.content)),
    target: z.parse(alertTargetSchema, JSON.parse(rule.target)),
    secret: rule.secret,
  };
  const outcome = await sendAlert(context, alert, stopping);
  // Another server sends it, with the same id.
  if (!outcome.isSent && stopping.aborted) return jobs.putBack(job);
  const attempt = describeAttempt(outcome, delivery.attempts + 1);
  await finish(async (tx) => {
    await storeAlertAttempt(tx, key, attempt);
    if (attempt.retrySeconds !== null)
      await jobs.insert(tx, data, { seconds: attempt.retrySeconds, targetKey: getTargetKey(rule.target) });
  });
}

function describeAttempt(outcome: AlertOutcome, attempts: number): AlertAttempt {
  if (outcome.isSent) return { state: "sent", error: outcome.note, retrySeconds: null };
  const retrySeconds = outcome.isFinal ? null : (getRetrySeconds(attempts) ?? null);
  return { state: retrySeconds === null ? "failed" : "pending", error: outcome.error, retrySeconds };
}

/** Sends what was counted since the last alert about the flow. */
async function summarize(
  tx: DatabaseTransaction,
  jobs: AlertJobs,
  { organizationId, ruleId, flowId }: JobData<"summarize">,
): Promise<void> {
  const key = { organizationId, id: ruleId };
  const rule = await lockAlertRule(tx, key);
  const collected = rule && !rule.deletedAt && (await takeCollectedRuns(tx, { ...key, flowId }));
  if (!collected || collected.run === null || !rule.isEnabled) return;
  const { failedRuns, recoveredRuns } = collected;
  const content = { ...parseCollectedRun(collected.run), failedRuns, recoveredRuns };
  await addDelivery(tx, jobs, { rule: key, kind: "summary", content });
}

/** Seconds until a rule looks again after an alert, so that it sends at most one in an hour. */
const AFTER_ALERT_SECONDS = 60 * 60;
const MIN_WATCH_SECONDS = 30;

interface Watching {
  readonly jobs: AlertJobs;
  readonly data: JobData<"watch">;
  readonly jobId: string;
}

/** Sends an alert about flows that have not run for the time of the rule, and looks again when the next one may be due. */
async function watch(tx: DatabaseTransaction, { jobs, data, jobId }: Watching): Promise<void> {
  const { organizationId, ruleId } = data;
  const key = { organizationId, id: ruleId };
  const rule = await lockAlertRule(tx, key);
  // A rule that was changed has another job.
  if (!rule || rule.watchJobId !== jobId || rule.deletedAt || !rule.isEnabled) return;
  const { flowId, notRunMinutes, watchedFrom, reportedUntil: reported } = rule;
  if (notRunMinutes === null || watchedFrom === null) return;
  const query = { organizationId, flowId, minutes: notRunMinutes, watchedFrom, reportedUntil: reported };
  const { flows, count, reportedUntil, nextSeconds } = await findMissingRuns(tx, query);
  const [only] = flows;
  const quietSeconds = count > 0 && flowId !== null ? await beginQuietHour(tx, { ...key, flowId }) : 0;
  if (quietSeconds > 0) {
    const watchJobId = await jobs.insert(tx, data, { seconds: quietSeconds });
    return updateAlertRule(tx, key, { watchJobId });
  }
  if (count > 0) {
    const flow = count === 1 && only ? { id: only.id, name: only.name } : null;
    const flowsWithoutRun = flows.map(({ id, name, lastRunAt }) => ({
      id,
      name,
      lastRunAt: lastRunAt?.toISOString() ?? null,
    }));
    const content = { flow, notRunMinutes, flowsWithoutRun, flowsWithoutRunCount: count };
    await addDelivery(tx, jobs, { rule: key, kind: "notRun", content });
  }
  const pause = count > 0 ? AFTER_ALERT_SECONDS : MIN_WATCH_SECONDS;
  const watchJobId = await jobs.insert(tx, data, { seconds: Math.max(nextSeconds, pause) });
  await updateAlertRule(tx, key, { watchJobId, reportedUntil });
}
