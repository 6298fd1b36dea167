import { type Page, expect } from "@playwright/test";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { JsonObject } from "#core/json.ts";
import type { Api } from "./api.ts";
import { openFlow } from "./open-flow.ts";

/** A request with keys that no form shows, in no usual order. */
export const fetchConfig = {
  custom: { z: 1, a: [2] },
  http: { own: true, url: "https://a.example", method: "GET", headers: { Accept: "text/html" } },
  outputVariable: "page",
};

/** Fetch page, which sets `page`, and one more step, which is selected. */
export async function openStep(
  { page, api }: { readonly page: Page; readonly api: Api },
  type: string,
  config: JsonObject,
) {
  const opened = await openFlow(
    { page, api },
    buildFlow("Forms", [
      buildStep("fetch", { type: "fetch-url", name: "Fetch page", config: fetchConfig }),
      buildStep("step", { type, name: "Mine", config }),
    ]),
  );
  await opened.editor.row("Mine").click();
  const inspector = page.getByRole("complementary", { name: "Inspector of Mine" });
  await expect(inspector).toBeVisible();
  // What is said of its fields makes room for itself.
  await opened.editor.untilUnderstood();
  const savedConfig = async () =>
    JSON.stringify((await api.getFlow(opened.flow.id)).flowSteps[1]?.["config"]);
  return {
    ...opened,
    inspector,
    field: (name: string) => inspector.getByRole("textbox", { name, exact: true }),
    more: () => inspector.getByRole("button", { name: /^More/ }).click(),
    tab: (name: string) => inspector.getByRole("tab", { name }),
    /** As the server holds it after a save, in the order of its keys. */
    saveConfig: async () => {
      await opened.editor.save();
      return savedConfig();
    },
  };
}
