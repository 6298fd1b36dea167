import { type Page, expect } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import type { ApiClient } from "./api.ts";
import { createFlowAndOpenEditor } from "./open-flow.ts";

/** A config with unusual key order and a key that the form does not show. Saving must preserve both. */
export const sampleFetchUrlStepConfig = {
  custom: { z: 1, a: [2] },
  http: { own: true, url: "https://a.example", method: "GET", headers: { Accept: "text/html" } },
  outputVariable: "page",
};

/** Opens a flow of two steps: Fetch page, which sets `page`, and the given step, which is selected in the inspector. */
export async function createFlowAndOpenStep(
  { page, api }: { readonly page: Page; readonly api: ApiClient },
  type: string,
  config: JsonObject,
) {
  const opened = await createFlowAndOpenEditor(
    { page, api },
    buildFlow("Forms", [
      buildStep("fetch", { type: "fetch-url", name: "Fetch page", config: sampleFetchUrlStepConfig }),
      buildStep("step", { type, name: "Mine", config }),
    ]),
  );
  await opened.editor.row("Mine").click();
  const inspector = page.getByRole("complementary", { name: "Inspector of Mine" });
  await expect(inspector).toBeVisible();
  // Waits for the analysis, because it inserts messages at fields and so moves the elements below them.
  await opened.editor.untilAnalyzed();
  const savedConfig = async () =>
    JSON.stringify((await api.getFlow(opened.flow.id)).flowSteps[1]?.["config"]);
  return {
    ...opened,
    inspector,
    field: (name: string) => inspector.getByRole("textbox", { name, exact: true }),
    tab: (name: string) => inspector.getByRole("tab", { name }),
    /** Saves, and returns the step's config on the server as JSON, which shows the order of its keys. */
    saveConfig: async () => {
      await opened.editor.save();
      return savedConfig();
    },
  };
}
