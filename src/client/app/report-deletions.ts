import { type QueryClient, QueryObserver } from "@tanstack/react-query";
import {
  ApiError,
  NetworkError,
  isRetryableError,
  isSignInRequiredError,
} from "#client/data/api/api-error.ts";
import { nameVersion } from "#client/data/api/write-flow.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { serverReachabilityTracker } from "#client/data/api/server-reachability.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { pendingDeletionScheduler } from "#client/data/mutations/pending-deletions.ts";
import { recordQueries } from "#client/data/queries/record-queries.ts";
import { scheduleQueries } from "#client/data/queries/schedule-queries.ts";
import {
  type UnacknowledgedDeletion,
  readDeletionsOfUser,
  readUnacknowledgedDeletions,
} from "#client/data/mutations/unacknowledged-deletions.ts";
import { deleteRecords, formatRecordNames } from "#client/features/records/delete-records.ts";
import { deleteFlowAfterUndoPeriod } from "#client/flow/delete-flow.ts";
import { deleteSchedule } from "#client/flow/schedules/delete-schedule.ts";
import { getScheduleName } from "#client/flow/schedules/schedule-name.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { RECORD_LIMITS } from "#contract/record.ts";
import { quoteName } from "#core/text/quote-name.ts";

/** A row that still exists after this time was not deleted. */
const PATIENCE_MS = 5_000;
const POLL_INTERVAL_MS = 500;
const MAX_WAIT_MS = 60_000;
const FAILURE_MS = 20_000;

/** Checks the deletions whose page was closed before their outcome was known, and reports those that failed. */
export async function reportFailedDeletions(client: QueryClient): Promise<void> {
  const identity = await pageUserIdentityTracker.known();
  await Promise.all(readDeletionsOfUser(identity).map((sent) => reportDeletion(client, sent)));
}

async function reportDeletion(client: QueryClient, sent: UnacknowledgedDeletion): Promise<void> {
  const left = await findRemainingRows(client, sent);
  await KINDS[sent.kind].refresh(client, left ? [] : sent.ids);
  pendingDeletionScheduler.resolve(sent);
  if (left) showFailure(client, left);
}

interface RemainingRows {
  readonly names: string;
  /** Undefined if another client changed the flow since: the user must see the change before deleting the flow. */
  readonly retry: ((client: QueryClient) => void) | undefined;
}

async function findRemainingRows(
  client: QueryClient,
  sent: UnacknowledgedDeletion,
): Promise<RemainingRows | undefined> {
  for (;;) {
    // Another tab removes the entry when it reports the result or the user undoes the deletion.
    const stored = readUnacknowledgedDeletions().find(({ ids }) => ids[0] === sent.ids[0]);
    if (!stored) return undefined;
    try {
      // Reads the remaining rows only once the request is due: until then, another tab can undo the deletion.
      if (Date.now() >= stored.sentAt) {
        const rest = await KINDS[stored.kind].read(stored);
        if (!rest || Date.now() - stored.sentAt > PATIENCE_MS) return rest;
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    } catch (error) {
      if (error instanceof NetworkError) await untilOnline();
      else if (isSignInRequiredError(error)) await untilSignedIn(client);
      else if (isRetryableError(error) && !isRefusal(error)) await untilRetry(error);
      else return undefined;
    }
  }
}

/** Whether a key or plan does not allow the read, which no wait changes. */
const isRefusal = (error: unknown) => error instanceof ApiError && [402, 403].includes(error.status);

async function readFlow({
  ids: [id = ""],
  version,
}: UnacknowledgedDeletion): Promise<RemainingRows | undefined> {
  const flow = await callEndpoint("getFlow", { params: { id } }).catch(undefinedIfGone);
  if (!flow) return undefined;
  const isChanged = version !== undefined && version !== nameVersion(flow);
  return {
    names: quoteName(flow.name),
    retry: isChanged ? undefined : (client) => deleteFlowAfterUndoPeriod(client, flow, () => undefined),
  };
}

/** One request deletes a batch completely or not at all, so the first record of each is enough. */
async function readRecords({ ids }: UnacknowledgedDeletion): Promise<RemainingRows | undefined> {
  for (let from = 0; from < ids.length; from += RECORD_LIMITS.ids) {
    const id = ids[from] ?? "";
    const first = await callEndpoint("getRecord", { params: { id } }).catch(undefinedIfGone);
    if (!first) continue;
    const rest = ids.slice(from).map((each) => (each === id ? first : { id: each, name: "" }));
    return {
      names: formatRecordNames(rest),
      retry: (client) => deleteRecords(client, rest, () => undefined),
    };
  }
  return undefined;
}

async function readSchedule({ ids: [id = ""] }: UnacknowledgedDeletion): Promise<RemainingRows | undefined> {
  const schedule = await callEndpoint("getSchedule", { params: { id } }).catch(undefinedIfGone);
  if (!schedule) return undefined;
  const name = getScheduleName(schedule);
  return {
    names: quoteName(name),
    retry: (client) => deleteSchedule(client, { id, name }, () => undefined),
  };
}

interface DeletionKindCode {
  readonly read: (sent: UnacknowledgedDeletion) => Promise<RemainingRows | undefined>;
  /** `deleted`: ids of the rows that no longer exist. */
  readonly refresh: (client: QueryClient, deleted: readonly string[]) => Promise<void>;
}

const createRefresh =
  ({ lists, detail }: typeof flowQueries | typeof recordQueries): DeletionKindCode["refresh"] =>
  async (client, deleted) => {
    await client.invalidateQueries({ queryKey: lists() });
    for (const id of deleted) void client.resetQueries({ queryKey: detail(id).queryKey });
  };

const KINDS: Readonly<Record<UnacknowledgedDeletion["kind"], DeletionKindCode>> = {
  flow: { read: readFlow, refresh: createRefresh(flowQueries) },
  record: { read: readRecords, refresh: createRefresh(recordQueries) },
  schedule: {
    read: readSchedule,
    refresh: (client) => client.invalidateQueries({ queryKey: scheduleQueries.all() }),
  },
};

function undefinedIfGone(error: unknown): undefined {
  if (!(error instanceof ApiError && error.status === 404)) throw error;
}

/** Waits for `Retry-After`, at least {@link PATIENCE_MS} and at most {@link MAX_WAIT_MS}. */
function untilRetry(error: unknown): Promise<void> {
  const asked = error instanceof ApiError && error.retryAfter !== undefined ? error.retryAfter * 1000 : 0;
  return new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(asked, PATIENCE_MS), MAX_WAIT_MS)));
}

function untilOnline(): Promise<void> {
  void serverReachabilityTracker.probe();
  return new Promise((resolve) => {
    const timer = setTimeout(look, PATIENCE_MS);
    const stop = serverReachabilityTracker.subscribe(look);
    function look() {
      if (serverReachabilityTracker.isOffline()) return;
      clearTimeout(timer);
      stop();
      resolve();
    }
  });
}

async function untilSignedIn(client: QueryClient): Promise<void> {
  const current = serverCapabilityQueries.current();
  await client.invalidateQueries({ queryKey: current.queryKey });
  if (client.getQueryData(current.queryKey)?.signedIn === true) return;
  await new Promise<void>((resolve) => {
    const observer = new QueryObserver(client, { ...current, enabled: false });
    const stop = observer.subscribe(({ data }) => {
      if (!data?.signedIn) return;
      stop();
      resolve();
    });
  });
}

function showFailure(client: QueryClient, { names, retry }: RemainingRows): void {
  const reason = retry ? "the page closed before the server responded" : "changed elsewhere";
  toasts.show({
    text: `Couldn’t delete ${names}: ${reason}.`,
    tone: "danger",
    durationMs: FAILURE_MS,
    ...(retry && { action: { label: "Retry", run: () => retry(client) } }),
  });
}
