import type { QueryClient } from "@tanstack/react-query";
import type { JsonObject } from "#core/json/json.ts";
import { ApiError, isSignInRequiredError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { callApiFeature } from "#client/data/queries/api-features.ts";
import { runInBulk } from "#client/flow/bulk/run-in-bulk.ts";
import { type PreviewedFlow, parsePreviewedFlow } from "./previewed-flow.ts";

/** Result of the server's validation of a flow. It is unknown if the server has no validator or the request failed. */
export type ServerValidation =
  | { readonly type: "accepted" | "unknown" }
  | { readonly type: "refused"; readonly reason: string };

export type ServerValidations = ReadonlyMap<string, ServerValidation>;

interface CheckedItem {
  readonly id: string;
  readonly preview: PreviewedFlow;
}

export interface CheckFlowsOptions {
  readonly client: QueryClient;
  readonly items: readonly CheckedItem[];
  readonly signal: AbortSignal;
  readonly onProgress: (validations: ServerValidations) => void;
}

/** Number of flows between two calls of `onProgress`, because each of them renders the preview. */
const BATCH_SIZE = 50;

/** Resolves to the error that stopped the check early, if any. The import validates the rest itself. */
export async function checkFlowsOnServer(options: CheckFlowsOptions): Promise<Error | undefined> {
  const { client, items, signal, onProgress } = options;
  const validations = new Map<string, ServerValidation>();
  for (let from = 0; from < items.length && !signal.aborted; from += BATCH_SIZE) {
    const stoppedBy = await runInBulk({
      items: items
        .slice(from, from + BATCH_SIZE)
        .map(({ id, preview }) => ({ id, name: preview.name, preview })),
      perform: ({ preview }) => validateOnServer(client, preview, signal),
      signal,
      onOutcome: ({ id }, outcome) => {
        if (outcome.type === "done" && outcome.result.type !== "unknown") validations.set(id, outcome.result);
      },
    });
    if (signal.aborted) return undefined;
    onProgress(new Map(validations));
    if (stoppedBy) return stoppedBy;
  }
  return undefined;
}

/** Refusals have codes in capitals; other findings of the validator do not prevent an import. */
export async function validateOnServer(
  client: QueryClient,
  preview: PreviewedFlow,
  signal: AbortSignal,
): Promise<ServerValidation> {
  try {
    const body = parsePreviewedFlow(preview) as unknown as JsonObject;
    const { errors } = await callApiFeature(client, "flowValidation", () =>
      callEndpoint("validateFlow", { body, signal }),
    );
    const refusal = errors.find(({ code }) => /^[A-Z_]+$/.test(code));
    if (!refusal) return { type: "accepted" };
    const place = refusal.path === undefined ? "" : ` (${refusal.path})`;
    const reason = `The server rejected this value: ${refusal.message.replace(/\.$/, "")}${place}.`;
    return { type: "refused", reason };
  } catch (error) {
    // A server without this endpoint reports its refusals one by one, when the flows are written.
    if (error instanceof ApiError && error.status !== 429 && !isSignInRequiredError(error))
      return { type: "unknown" };
    throw error;
  }
}
