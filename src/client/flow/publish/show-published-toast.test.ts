import { buildFlow } from "#core/testing/flow-builder.ts";
import { buildPublishedVersion } from "#client/document/testing/build-published-version.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";
import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { toastStore, toasts } from "#client/ui/overlays/toasts.ts";
import { showPublishedToast } from "./show-published-toast.ts";

const flow = buildServerFlow(buildFlow("Digest", []));

/** The API of one flow, whose live version is `live`. */
function serveLiveVersion(live: string) {
  const state = { live, published: [] as unknown[] };
  vi.stubGlobal("fetch", async (url: string, { method, body }: RequestInit) => {
    const { pathname } = new URL(url, "http://localhost");
    if (method === "POST") {
      state.published.push(JSON.parse(body as string));
      return Response.json({ success: true, message: "", flowId: "flow_1", versionId: "one" });
    }
    if (pathname.endsWith("/v1/flows/flow_1")) return Response.json(flow);
    if (!pathname.endsWith("/flow_1")) return Response.json(buildPublishedVersion(state.live));
    return Response.json({ flowId: "flow_1", versions: [], publishedVersionId: state.live });
  });
  return state;
}

const previous = { id: "one", versionNumber: 1 };
const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });

beforeEach(() => {
  client.clear();
  client.setQueryData(serverCapabilityQueries.current().queryKey, {} as never);
});
afterEach(() => {
  for (const { id } of toastStore.getState()) toasts.dismiss(id);
});

function publish({ isFirst = false } = {}) {
  showPublishedToast(client, {
    flowId: "flow_1",
    versionId: "two",
    previous: isFirst ? undefined : previous,
    text: "Published “Digest”.",
    onView: () => undefined,
  });
}

const clickUndo = () => toastStore.getState().at(-1)?.action?.run();

test("Undo publishes the version that was live before", async () => {
  const server = serveLiveVersion("two");
  publish();
  clickUndo();
  await vi.waitFor(() => expect(toastStore.getState().at(-1)?.text).toBe("Version 1 is live again."));
  expect(server.published).toEqual([{ versionId: "one" }]);
});

test("Undo publishes nothing if another version went live in the meantime", async () => {
  const server = serveLiveVersion("three");
  publish();
  clickUndo();
  await vi.waitFor(() =>
    expect(toastStore.getState().at(-1)?.text).toMatch(/^Not undone\. Another version went live/),
  );
  expect(server.published).toEqual([]);
});

test("an Undo that fails reports the error and can be retried", async () => {
  publish();
  vi.stubGlobal("fetch", async () => Response.json({ error: "Busy" }, { status: 500 }));
  clickUndo();
  await vi.waitFor(() =>
    expect(toastStore.getState().at(-1)).toMatchObject({ tone: "danger", action: { label: "Retry" } }),
  );
  serveLiveVersion("two");
  toastStore.getState().at(-1)?.action?.run();
  await vi.waitFor(() => expect(toastStore.getState().at(-1)?.text).toBe("Version 1 is live again."));
});

test("the first publish of a flow offers no Undo, because no version was live before", () => {
  publish({ isFirst: true });
  expect(toastStore.getState().at(-1)).toMatchObject({ otherActions: [{ label: "View version" }] });
  expect(toastStore.getState().at(-1)?.action).toBeUndefined();
});

test("a second publish of a flow replaces the report of the first, which can no longer be undone", () => {
  publish({ isFirst: true });
  publish();
  expect(toastStore.getState().map(({ action }) => action?.label)).toEqual(["Undo"]);
});
