import { type Locator, type Page, type Request, expect } from "@playwright/test";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { JsonObject } from "#core/json.ts";
import type { Api } from "./api.ts";

/** What a person sees and does where somebody else has saved the same flow. */
export class Conflict {
  readonly page: Page;
  readonly banner: Locator;
  readonly dialog: Locator;
  readonly summary: Locator;

  constructor(page: Page) {
    this.page = page;
    this.banner = page.getByRole("region", { name: "Changed elsewhere" });
    this.dialog = page.getByRole("dialog", { name: /Both sides changed the same|Nothing clashes/ });
    this.summary = page.getByRole("region", { name: "What came from elsewhere" });
  }

  /** One thing that both sides changed, by its title: “Clean · Name”. */
  clash(title: string | RegExp): Locator {
    return this.dialog.getByRole("group", { name: title });
  }

  async expectDecided(count: number, of: number): Promise<void> {
    await expect(this.dialog.getByText(`${count} of ${of} decided`)).toBeVisible();
  }

  /** Every write that the page sends from now on. */
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

export const askFor = (id: string, userPrompt: string, more: JsonObject = {}) =>
  buildStep(id, { config: { userPrompt, ...more } });

export const PROMPT = ["You read a page.", "", "Sum it up.", "", "Be kind.", "", "Answer in English."].join(
  "\n",
);

/** Fetch sets `page`; Clean has a prompt of several lines; Score. */
export const flowOfThree = () =>
  buildFlow("Digest", [
    askFor("fetch", "Fetch it.", { outputVariable: "page" }),
    askFor("clean", PROMPT),
    askFor("score", "Score it."),
  ]);

/** Changes one step, as another program does. */
export async function changeElsewhere(
  api: Api,
  flowId: string,
  index: number,
  change: JsonObject,
): Promise<void> {
  const { flowSteps } = await api.getFlow(flowId);
  await api.updateFlow(flowId, {
    flowSteps: flowSteps.map((one, at) => (at === index ? { ...one, ...change } : one)),
  });
}

/** Looks at a page again after a while: what it has read is old by then. */
export async function comeBackLater(page: Page): Promise<void> {
  await page.clock.setSystemTime(Date.now() + 60_000);
  await page.evaluate(() => dispatchEvent(new Event("visibilitychange")));
}

/** The names of the steps that the server holds. */
export async function namesHeld(api: Api, flowId: string): Promise<readonly unknown[]> {
  return (await api.getFlow(flowId)).flowSteps.map((one) => one["name"]);
}

/** The prompt that the server holds of one step. */
export async function promptHeld(api: Api, flowId: string, index: number): Promise<string> {
  const { config } = (await api.getFlow(flowId)).flowSteps[index] as {
    readonly config: { readonly userPrompt: string };
  };
  return config.userPrompt;
}

/** The next save of the flow stays on its way until the returned function is called. */
export async function holdSave(page: Page, flowId: string): Promise<() => void> {
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
 * The next save of the flow is written and its answer lost; those after it do not get through, until the returned function
 * is called.
 */
export async function loseAnswer(page: Page, flowId: string): Promise<() => Promise<void>> {
  const address = `**/v1/flows/${flowId}`;
  let isSent = false;
  await page.route(address, async (route) => {
    if (route.request().method() !== "PUT") return route.fallback();
    if (!isSent) await route.fetch();
    isSent = true;
    await route.abort("connectionreset");
  });
  return () => page.unroute(address);
}
