import { type Locator, type Page, type Request, expect } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import type { ApiClient } from "./api.ts";

/** Page object of the banner and the dialog that appear after another user saved the same flow. */
export class SaveConflictPageObject {
  readonly page: Page;
  readonly banner: Locator;
  readonly dialog: Locator;
  readonly summary: Locator;

  constructor(page: Page) {
    this.page = page;
    this.banner = page.getByRole("region", { name: "Changed elsewhere" });
    this.dialog = page.getByRole("dialog", { name: /Resolve conflicts|No conflicts left/ });
    this.summary = page.getByRole("region", { name: "Remote changes" });
  }

  conflictGroup(title: string | RegExp): Locator {
    return this.dialog.getByRole("group", { name: title });
  }

  async expectDecided(count: number, of: number): Promise<void> {
    await expect(this.dialog.getByText(`${count} of ${of} resolved`)).toBeVisible();
  }

  /** Returns a list that collects the write requests of the page from now on. */
  watchWrites(): readonly Request[] {
    const writes: Request[] = [];
    this.page.on("request", (request) => {
      if (request.method() !== "GET" && request.url().includes("/v1/flows/")) writes.push(request);
    });
    return writes;
  }

  async bannerButton(name: string): Promise<void> {
    await this.banner.getByRole("button", { name }).click();
  }
}

export const buildStepWithPrompt = (id: string, userPrompt: string, more: JsonObject = {}) =>
  buildStep(id, { config: { userPrompt, ...more } });

export const MULTILINE_PROMPT = [
  "You read a page.",
  "",
  "Sum it up.",
  "",
  "Be kind.",
  "",
  "Answer in English.",
].join("\n");

/**
 * Builds a flow of three prompts: Fetch sets the variable `page`, Clean has several lines, Score has one line.
 */
export const buildThreeStepFlow = () =>
  buildFlow("Digest", [
    buildStepWithPrompt("fetch", "Fetch it.", { outputVariable: "page" }),
    buildStepWithPrompt("clean", MULTILINE_PROMPT),
    buildStepWithPrompt("score", "Score it."),
  ]);

export async function updateStepThroughApi(
  api: ApiClient,
  flowId: string,
  index: number,
  change: JsonObject,
): Promise<void> {
  const { flowSteps } = await api.getFlow(flowId);
  await api.updateFlow(flowId, {
    flowSteps: flowSteps.map((one, at) => (at === index ? { ...one, ...change } : one)),
  });
}

export async function fetchStepNames(api: ApiClient, flowId: string): Promise<readonly unknown[]> {
  return (await api.getFlow(flowId)).flowSteps.map((one) => one["name"]);
}

export async function fetchPromptOfStep(api: ApiClient, flowId: string, index: number): Promise<string> {
  const { config } = (await api.getFlow(flowId)).flowSteps[index] as {
    readonly config: { readonly userPrompt: string };
  };
  return config.userPrompt;
}

/** Delays the next save of the flow until the returned function is called. */
export async function delayFlowSavesUntilReleased(page: Page, flowId: string): Promise<() => void> {
  const address = `**/v1/flows/${flowId}`;
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route(address, async (route) => {
    if (route.request().method() === "PUT") await held;
    await route.fallback();
  });
  return letGo;
}

/**
 * Lets the server apply the next save but drops its response, and blocks later saves until the returned function is
 * called.
 */
export async function dropResponseToNextFlowSave(page: Page, flowId: string): Promise<() => Promise<void>> {
  const address = `**/v1/flows/${flowId}`;
  let isSent = false;
  let endDrop = () => {};
  const dropped = new Promise<void>((resolve) => (endDrop = resolve));
  await page.route(address, async (route) => {
    if (route.request().method() !== "PUT") return route.fallback();
    if (!isSent) await route.fetch();
    isSent = true;
    await route.abort("connectionreset");
    endDrop();
  });
  return async () => {
    // In cloud mode the flow is read back between the write and the response.
    await dropped;
    await page.unroute(address);
  };
}
