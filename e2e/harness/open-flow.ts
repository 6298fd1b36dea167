import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { ApiClient } from "./api.ts";
import { EditorPageObject } from "./editor.ts";

/** Builds Fetch, Clean, Route (a conditional with two steps in then and one in else) and a disabled Notify. */
export const buildSampleDigestFlowBody = () =>
  buildFlow("Digest", [
    buildStep("fetch", { type: "fetch-url", config: { http: { method: "GET", url: "https://a.example" } } }),
    buildStep("clean", { type: "transform-data" }),
    buildConditional("route", [buildStep("queue"), buildStep("hide")], [buildStep("approve")]),
    buildStep("notify", { type: "send-email", enabled: false }),
  ]);

export async function createFlowAndOpenEditor(
  { page, api }: { readonly page: Page; readonly api: ApiClient },
  body: Parameters<ApiClient["createFlow"]>[0] = buildSampleDigestFlowBody(),
) {
  const flow = await api.createFlow(body);
  const editor = new EditorPageObject(page);
  await editor.open(flow.id);
  return { flow, editor };
}
