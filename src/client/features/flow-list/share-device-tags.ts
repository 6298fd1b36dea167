import { ApiError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { changeDeviceTags, deviceTagStore } from "#client/data/device/device-tags.ts";
import { runInBulk } from "#client/flow/bulk/run-in-bulk.ts";

/** Numbers of flows whose tags are now on the server, that no longer exist, and whose tags could not be stored. */
export interface SharedDeviceTags {
  readonly shared: number;
  readonly gone: number;
  readonly failed: number;
  /** Why the last failed flow failed. */
  readonly reason: string | undefined;
}

/** Keeps the tags if all flows are missing, as for another account. Throws if signed out or unreachable. */
export async function shareDeviceTags(): Promise<SharedDeviceTags> {
  const items = Object.entries(deviceTagStore.getState()).map(([id, tags]) => ({ id, name: id, tags }));
  const gone: (typeof items)[number][] = [];
  let shared = 0;
  let failed = 0;
  let reason: string | undefined;
  const stoppedBy = await runInBulk({
    items,
    signal: new AbortController().signal,
    perform: async ({ id, tags }) => {
      try {
        await callEndpoint("changeFlowTags", { params: { id }, body: { add: [...tags] } });
        return true;
      } catch (error) {
        if (error instanceof ApiError && error.details[0]?.code === "NOT_FOUND") return false;
        throw error;
      }
    },
    onOutcome: (item, outcome) => {
      if (outcome.type === "failed") {
        failed += 1;
        ({ reason } = outcome);
      } else if (outcome.result) {
        shared += 1;
        dropDeviceTags(item);
      } else gone.push(item);
    },
  });
  if (gone.length < items.length) for (const item of gone) dropDeviceTags(item);
  if (stoppedBy) throw stoppedBy;
  return { shared, gone: gone.length, failed, reason };
}

/** Keeps tags that another tab has added meanwhile. */
function dropDeviceTags({ id, tags }: { readonly id: string; readonly tags: readonly string[] }): void {
  changeDeviceTags(id, { remove: tags });
}

export function dropAllDeviceTags(): void {
  for (const [id, tags] of Object.entries(deviceTagStore.getState())) dropDeviceTags({ id, tags });
}
