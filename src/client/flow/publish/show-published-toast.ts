import type { QueryClient } from "@tanstack/react-query";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { flowMutations } from "#client/data/mutations/flow-mutations.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { fetchLiveVersionId } from "#client/flow/live-comparison.tsx";
import { type ToastAction, toasts } from "#client/ui/overlays/toasts.ts";

interface PublishedVersion {
  readonly flowId: string;
  readonly versionId: string;
  /** The version that was live before; undefined for the first publish, which cannot be undone. */
  readonly previous: { readonly id: string; readonly versionNumber: number } | undefined;
  readonly text: string;
  /** Ways to use the flow, instead of the button that shows the version. */
  readonly uses?: readonly ToastAction[];
  readonly onView: (versionId: string) => void;
}

const toastIds = new Map<string, number>();

/** Replaces the report of an earlier publish of the flow, which can no longer be undone. */
export function showPublishedToast(client: QueryClient, published: PublishedVersion): void {
  const { flowId, versionId, previous, text, uses = [], onView } = published;
  const earlier = toastIds.get(flowId);
  if (earlier !== undefined) toasts.dismiss(earlier);
  const id = toasts.show({
    text: uses.length > 0 ? "Published. Use it:" : text,
    tone: "success",
    durationMs: 10_000,
    otherActions: uses.length > 0 ? uses : [{ label: "View version", run: () => onView(versionId) }],
    ...(previous && { action: { label: "Undo", run: () => void undoPublish(client, published, previous) } }),
  });
  toastIds.set(flowId, id);
}

/** Publishes `previous` again, unless another version went live in the meantime. */
async function undoPublish(
  client: QueryClient,
  published: PublishedVersion,
  previous: NonNullable<PublishedVersion["previous"]>,
): Promise<void> {
  const { flowId, versionId, onView } = published;
  const view = { label: "View version", run: () => onView(previous.id) };
  try {
    const live = await fetchLiveVersionId(client, flowId);
    if (live !== undefined && live !== versionId) {
      toasts.show({ text: "Not undone. Another version went live in the meantime.", tone: "danger" });
      return;
    }
    // Edits saved since do not matter: publishing `previous.id` does not change the saved definition.
    const flow = await callEndpoint("getFlow", { params: { id: flowId } });
    await runMutationOutsideComponent(client, flowMutations.publishVersion(flow), previous.id);
    toasts.show({
      text: `Version ${previous.versionNumber} is live again.`,
      tone: "success",
      otherActions: [view],
    });
  } catch (error) {
    toasts.show({
      text: `Not undone. ${describeRequestErrorForUser(error)}`,
      tone: "danger",
      action: { label: "Retry", run: () => void undoPublish(client, published, previous) },
    });
  }
}
