import { type QueryClient, mutationOptions } from "@tanstack/react-query";
import type { UpdateFlowBody } from "#contract/flow.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import type { VersionMark } from "#core/history.ts";
import { saveBody } from "#core/save-body.ts";
import { ApiError, isStale } from "#client/data/api-error.ts";
import { type FlowRead, flowQueries } from "#client/data/flow-queries.ts";
import { type WrittenFlow, checkDate, putFlow } from "#client/data/write-flow.ts";
import { catchUp } from "./catch-up.ts";
import { isBehind } from "./flow-version.ts";
import { type OpenFlow } from "./open-flow.ts";
import { toSaveFailure } from "./save-failure.ts";

/** What a save asks of the server; errors are those of `callEndpoint`. */
export interface FlowTransport {
  readonly read: () => Promise<FlowRead>;
  /** An `ApiError` with status 412 where it is known before the write that the server holds another version. */
  readonly check: (over: VersionMark) => Promise<void>;
  /** Writes over just this version; an `ApiError` with status 412 where the server holds another. */
  readonly write: (body: UpdateFlowBody, over: VersionMark, saveKey: string) => Promise<WrittenFlow>;
}

/** Why a save is made: somebody asked for it, it goes on after it got no answer, or the page saves by itself. */
export type SaveCause = "asked" | "resumed" | "by-itself";

/** What stands in the way of a save and is the person's to settle: both sides changed the same thing. */
export class ClashError extends Error {
  override readonly name = "ClashError";
}

/** So many times in a row somebody else may save between our reading and our writing. */
const MAX_ROUNDS = 8;

/**
 * Saves until the server holds what stood on the page at the last sending, or throws with the failure kept in the open
 * flow. A newer version is merged with the edits first, unless nobody asked for the save; where the two clash, nothing is
 * sent. Both throw a {@link ClashError}. What is sent is read when it is sent: an old document or token never travels.
 */
export async function runSave(
  openFlow: OpenFlow,
  { read, check, write }: FlowTransport,
  now = Date.now,
  cause: SaveCause = "asked",
): Promise<void> {
  const notice = ({ flow, isInexact }: FlowRead) =>
    openFlow.noticeServer(flow, isInexact, { isCurrent: true });
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (cause === "by-itself" && isBehind(openFlow.getState()))
      throw new ClashError("Somebody else changed the flow.");
    const caughtUp = await catchUp(openFlow).catch((error: unknown) => {
      throw fail(openFlow, error, openFlow.getState().history.document);
    });
    if (caughtUp.type !== "done") throw new ClashError("Both sides changed the same.");
    const { history, isInexact } = openFlow.getState();
    const body = saveBody(history.base.document, history.document);
    if (Object.keys(body).length > 0) {
      if (isInexact && body.flowSteps) {
        openFlow.failSave({ type: "error", message: INEXACT });
        throw new Error(INEXACT);
      }
      const sent = openFlow.beginSave();
      const over = history.base.version;
      let isSent = false;
      try {
        await check(over);
        isSent = true;
        const { written, isOvertaken } = await write(body as UpdateFlowBody, over, sent.key);
        openFlow.acceptSaved(written, sent, now());
        if (isOvertaken) await read().then(notice, () => undefined);
        return;
      } catch (error) {
        if (!isSent || isRefusal(error)) openFlow.noteUnwritten(sent);
        if (!isStale(error)) throw fail(openFlow, error, sent.document);
      }
    } else if (round > 0 || openFlow.getState().unanswered.length === 0) return openFlow.restSaving();
    // It was overtaken, or the answer to an earlier save was lost: what the server holds tells which. What was undone
    // since that save is not undone there.
    const theirs = await read().catch((error: unknown) => {
      throw fail(openFlow, error, openFlow.getState().history.document);
    });
    openFlow.failSave({ type: "stale" });
    notice(theirs);
  }
  const message =
    "This flow is being changed elsewhere all the time. Your edits are kept; try again in a moment.";
  openFlow.failSave({ type: "error", message });
  throw new Error(message);
}

/** Saves by way of react-query: one at a time per flow, beside nothing else that writes it. */
export function saveFlow(openFlow: OpenFlow, client: QueryClient) {
  const { id } = openFlow.getState().flow;
  const detail = flowQueries.detail(id);
  return mutationOptions({
    mutationKey: ["saveFlow", id],
    scope: { id: `flow:${id}` },
    mutationFn: async (cause: SaveCause) => {
      const before = openFlow.getState().flow;
      const isReading = client.isFetching({ queryKey: detail.queryKey }) > 0;
      // A read that started before the write would bring the old version back.
      await client.cancelQueries({ queryKey: detail.queryKey });
      try {
        await runSave(openFlow, createTransport(id, client), Date.now, cause);
        const { flow, isInexact } = openFlow.getState();
        if (flow !== before) client.setQueryData(detail.queryKey, { flow, isInexact });
      } finally {
        // What was to be read then may be news, of which the save has heard nothing.
        if (isReading && openFlow.getState().flow === before)
          void client.invalidateQueries({ queryKey: detail.queryKey });
      }
    },
    meta: { invalidates: [flowQueries.lists(), flowQueries.versions(id)] },
  });
}

function createTransport(id: string, client: QueryClient): FlowTransport {
  const detail = flowQueries.detail(id);
  return {
    // One that is under way may have begun before the write, and would be taken for what the server holds after it.
    read: async () => {
      await client.cancelQueries({ queryKey: detail.queryKey });
      return client.query({ ...detail, staleTime: 0 });
    },
    check: ({ token, updatedAt }) => checkDate({ id, versionToken: token, updatedAt }),
    write: (body, { token, updatedAt }, saveKey) =>
      putFlow({ id, versionToken: token, updatedAt }, body, saveKey),
  };
}

const INEXACT =
  "This flow holds a number that this page cannot keep exactly, so its steps are not saved from here. Its name and description can be.";

/** Keeps the reason in the open flow and hands the error on. */
function fail(openFlow: OpenFlow, error: unknown, sent: FlowDocument): unknown {
  openFlow.failSave(toSaveFailure(error, sent));
  return error;
}

/**
 * The server read the request and did not do it. Of any other failure nobody knows whether it came before the write; nor of
 * a 412, since browsers send a request again whose connection broke: what refused the second may be the first.
 */
const isRefusal = (error: unknown) =>
  error instanceof ApiError &&
  error.status >= 400 &&
  error.status < 500 &&
  ![408, 412].includes(error.status);
