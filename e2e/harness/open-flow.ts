import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import type { Api } from "./api.ts";
import { Editor } from "./editor.ts";

/** Fetch, Clean, Route (a conditional: then 2, else 1) and Notify, which is off. */
export const digestFlow = () =>
  buildFlow("Digest", [
    buildStep("fetch", { type: "fetch-url", config: { http: { method: "GET", url: "https://a.example" } } }),
    buildStep("clean", { type: "transform-data" }),
    buildConditional("route", [buildStep("queue"), buildStep("hide")], [buildStep("approve")]),
    buildStep("notify", { type: "send-email", enabled: false }),
  ]);

/** Creates the flow and opens it in the editor. */
export async function openFlow(
  { page, api }: { readonly page: Page; readonly api: Api },
  body: Parameters<Api["createFlow"]>[0] = digestFlow(),
) {
  const flow = await api.createFlow(body);
  const editor = new Editor(page);
  await editor.open(flow.id);
  return { flow, editor };
}
