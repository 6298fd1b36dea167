import type { QueryClient } from "@tanstack/react-query";
import { queryOptions } from "@tanstack/react-query";
import { type CreateFlowBody, type Flow, type FlowListItem } from "#contract/flow.ts";
import { parseFlowReusingStepKeys } from "#core/document/apply-edited-flow-json.ts";
import { type FlowDocument, type FlowJson, parseFlowDocument } from "#core/document/flow-document.ts";
import { getFlowTagKey } from "#core/document/flow-tags.ts";
import { createFlowSaveBody } from "#core/save-body.ts";
import {
  ApiError,
  InexactNumberError,
  NetworkError,
  describeRequestErrorForUser,
  isSignInRequiredError,
  isStaleWriteError,
} from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { readFlow } from "#client/data/api/read-flow.ts";
import { writeFlow } from "#client/data/api/write-flow.ts";
import { renewStepIds } from "#client/data/mutations/duplicate-flow.ts";
import { nameCopy } from "#client/data/mutations/name-copy.ts";
import { readDeviceTags } from "#client/data/device/device-tags.ts";
import { changeTagsOfFlow } from "#client/data/mutations/flow-tag-mutations.ts";
import { areTagsKeptOnDevice } from "#client/data/queries/flow-queries.ts";
import { keepSampleDataOfNewFlow } from "#client/data/device/sample-data.ts";
import { type ServerValidations, validateOnServer } from "./check-flows.ts";
import { type PreviewedFlow, parsePreviewedFlow } from "./previewed-flow.ts";
import type { FlowFileFlow } from "./parse-flow-file.ts";

export type ImportChoice =
  | { readonly type: "create" | "copy" | "skip" }
  | { readonly type: "update"; readonly target: FlowListItem };

export interface FlowImportItem {
  /** Also part of the idempotency key, so that a repeated request does not create the flow twice. */
  readonly id: string;
  readonly path: string;
  readonly preview: PreviewedFlow;
  readonly existing: readonly FlowListItem[];
  readonly choice: ImportChoice;
}

export type FlowImportOutcome =
  | { readonly type: "created" | "updated" | "unchanged"; readonly flowId: string }
  | { readonly type: "failed"; readonly reason: string };

export interface FlowUpdatePlan {
  readonly current: Flow;
  readonly before: FlowDocument;
  readonly after: FlowDocument;
}

/**
 * Never refetched: the update must be based on the version whose differences were shown. Takes no signal, because an
 * import that starts while the plan loads waits for the same request, after the preview has left the page.
 */
export function createFlowUpdatePlanQuery({ id, preview }: FlowImportItem, target: FlowListItem) {
  return queryOptions({
    queryKey: ["flow import", id, target.id] as const,
    queryFn: async (): Promise<FlowUpdatePlan> => {
      const { flow: current, isInexact } = await readFlow(target.id, { isStrict: true });
      if (isInexact) throw new InexactNumberError();
      const before = parseFlowDocument(current);
      return { current, before, after: applyImportedFlow(before, parsePreviewedFlow(preview)) };
    },
    staleTime: Infinity,
    retry: false,
    structuralSharing: false,
  });
}

/** Returns the imported document, with the description of the stored flow if the file has none. */
function applyImportedFlow(before: FlowDocument, imported: FlowJson): FlowDocument {
  const { description = before.description } = imported;
  return { ...parseFlowReusingStepKeys(before, imported), description };
}

export interface SendFlowImportOptions {
  readonly client: QueryClient;
  readonly items: readonly FlowImportItem[];
  /** Results from the preview, for the flows that the server has validated by then. */
  readonly validations: ServerValidations;
  readonly signal: AbortSignal;
  readonly onOutcome: (item: FlowImportItem, outcome: FlowImportOutcome) => void;
}

const DEFAULT_RETRY_AFTER_S = 5;

/** Writes no flow of a file if the server would refuse one. Resolves to the error that stopped it early. */
export async function sendFlowImport(options: SendFlowImportOptions): Promise<Error | undefined> {
  for (const items of groupByFile(options.items)) {
    try {
      await sendFile(items, options);
    } catch (error) {
      return options.signal.aborted ? undefined : (error as Error);
    }
    if (options.signal.aborted) return undefined;
  }
  return undefined;
}

function groupByFile(items: readonly FlowImportItem[]): Iterable<readonly FlowImportItem[]> {
  const files = new Map<string, FlowImportItem[]>();
  for (const item of items) {
    if (item.choice.type === "skip") continue;
    const file = files.get(item.path);
    if (file) file.push(item);
    else files.set(item.path, [item]);
  }
  return files.values();
}

async function sendFile(items: readonly FlowImportItem[], options: SendFlowImportOptions): Promise<void> {
  const { client, validations, signal, onOutcome } = options;
  if (items.length > 1) {
    for (const item of items) {
      const validate = () => validateOnServer(client, item.preview, signal);
      const validation = validations.get(item.id) ?? (await repeatWhenLimited(validate, signal));
      if (validation.type !== "refused") continue;
      for (const other of items) {
        const reason = other === item ? validation.reason : "Another flow of this file was refused.";
        onOutcome(other, { type: "failed", reason });
      }
      return;
    }
  }
  for (const item of items) {
    if (signal.aborted) return;
    try {
      onOutcome(item, await repeatWhenLimited(() => sendFlow(item, options), signal));
    } catch (error) {
      if (error instanceof NetworkError || isSignInRequiredError(error)) throw error;
      onOutcome(item, { type: "failed", reason: describeRequestErrorForUser(error) });
    }
  }
}

async function sendFlow(item: FlowImportItem, { client }: SendFlowImportOptions): Promise<FlowImportOutcome> {
  const { choice, preview } = item;
  if (choice.type === "update") {
    const { current, before, after } = await client.fetchQuery(
      createFlowUpdatePlanQuery(item, choice.target),
    );
    const body = createFlowSaveBody(before, after);
    const add = listMissingTags(current, preview.tags);
    if (Object.keys(body).length + add.length === 0) return { type: "unchanged", flowId: current.id };
    if (Object.keys(body).length > 0) {
      await writeFlow(current, body as CreateFlowBody).catch((error: unknown) =>
        assertAlreadyUpdated(item, current.id, error),
      );
    }
    if (add.length > 0) await changeTagsOfFlow(client, current.id, { add });
    return { type: "updated", flowId: current.id };
  }
  const flow = choice.type === "copy" ? createCopy(preview) : parsePreviewedFlow(preview);
  const { tags, ...definition } = flow;
  const isOnDevice = areTagsKeptOnDevice(client);
  const body = (isOnDevice ? definition : flow) as CreateFlowBody;
  const idempotencyKey = `${item.id}-${choice.type}`;
  const created = await callEndpoint("createFlow", { body, idempotencyKey });
  const { id } = created;
  keepSampleDataOfNewFlow(created, flow.sampleMetadata);
  if (isOnDevice && tags) await changeTagsOfFlow(client, id, { add: tags });
  return { type: "created", flowId: id };
}

/** Returns the tags of a file that a flow lacks. An import adds tags to an existing flow and removes none. */
export function listMissingTags(
  { id, tags }: Pick<Flow, "id" | "tags">,
  imported: readonly string[] = [],
): readonly string[] {
  const keys = new Set((tags ?? readDeviceTags(id)).map(getFlowTagKey));
  return imported.filter((name) => !keys.has(getFlowTagKey(name)));
}

/** Rethrows the error of an update, unless the stored flow equals the imported one: the response may have been lost. */
async function assertAlreadyUpdated({ preview }: FlowImportItem, id: string, error: unknown): Promise<void> {
  if (!isStaleWriteError(error)) throw error;
  const stored = parseFlowDocument((await readFlow(id, { isStrict: true })).flow);
  const difference = createFlowSaveBody(stored, applyImportedFlow(stored, parsePreviewedFlow(preview)));
  if (Object.keys(difference).length > 0) throw error;
}

const copies = new WeakMap<PreviewedFlow, string>();

/** Returns the same copy each time, because a repeated request must have the same body. */
function createCopy(preview: PreviewedFlow): FlowFileFlow {
  const known = copies.get(preview);
  if (known !== undefined) return parsePreviewedFlow({ text: known });
  const flow = parsePreviewedFlow(preview);
  const copy = { ...flow, name: nameCopy(flow.name), flowSteps: renewStepIds(flow.flowSteps) };
  copies.set(preview, JSON.stringify(copy));
  return copy;
}

async function repeatWhenLimited<Result>(send: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 429 || signal.aborted) throw error;
      const waitMs = Math.min((error.retryAfter ?? DEFAULT_RETRY_AFTER_S) * 1000, 60_000);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        signal.addEventListener("abort", () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}
