import { buildFlow, buildLongFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { type EnginePage, EngineUser } from "./engine-page.ts";

export interface WalkStep {
  readonly action: string;
  readonly seconds: number;
}

export interface WalkResult {
  readonly browser: string;
  readonly steps: readonly WalkStep[];
}

const RECORDS = 40;

/**
 * Walks through the main job with real input and throws at the first failure. Includes past faults in some
 * browser: requests sent twice, one key that cuts twice, keys taken by the browser's own search.
 */
export async function walk(page: EnginePage, url: string): Promise<WalkResult> {
  const api = new ApiClient(url);
  const user = new EngineUser(page);
  const steps: WalkStep[] = [];
  const act = async (action: string, run: () => Promise<void>) => {
    const begun = performance.now();
    try {
      await run();
    } catch (error) {
      throw new Error(`“${action}” does not work in ${page.browser}.`, { cause: error });
    }
    steps.push({ action, seconds: (performance.now() - begun) / 1000 });
  };

  const long = await api.createFlow(buildLongFlow("Long", 500));
  await act("open 500 steps in a fresh browser", async () => {
    await page.goto(`${url}/flows/${long.id}`);
    await user.until("the code of drags", `return document.querySelector("[id^=DndLiveRegion]") !== null`);
    // The page opens the event stream when it is idle; it must not read the flow again because of old events.
    await new Promise((resolve) => void setTimeout(resolve, 2000));
    await expectRequestedOnce(page, `/v1/flows/${long.id}`);
  });
  const flow = await api.createFlow(
    buildFlow("Walk", [
      variable("alpha"),
      variable("other"),
      variable("gamma"),
      variable("delta", "{{_record.name}}"),
    ]),
  );
  const bodies = Array.from({ length: RECORDS }, (_, index) => ({
    type: "customer",
    name: `Customer ${index}`,
  }));
  for (const body of bodies) await api.call("createRecord", { body });

  await act("show the list, with each first request sent once", async () => {
    await page.goto(`${url}/flows`);
    await user.centerOf({ role: "link", name: "Walk" });
    await expectRequestedOnce(page, "/local/capabilities");
  });
  await act("search the list", async () => {
    await user.click({ role: "searchbox", name: "Search flows" });
    await user.type("wal");
    await user.until("the search in the address", "return location.search === '?search=wal'");
  });
  await act("open a flow", async () => {
    await user.click({ role: "link", name: "Walk" });
    await user.untilSteps("Alpha", "Other", "Gamma", "Delta");
    await user.untilSaveState("Saved");
  });
  await act("drag a step by mouse", async () => {
    await user.dragBelow("Alpha", "Other");
    await user.untilSteps("Other", "Alpha", "Gamma", "Delta");
  });
  await act("switch a step off", async () => {
    await user.click({ role: "switch", name: "Enable Gamma" });
    await user.until("Gamma off", OFF, "gamma");
  });
  await act("rename a step by F2", async () => {
    await selectStep(user, "Other");
    await page.press("F2");
    await user.centerOf({ role: "textbox", name: "Name of step…" });
    await page.press("Control+a");
    await user.type("Fresh");
    await page.press("Enter");
    await user.untilSteps("Fresh", "Alpha", "Gamma", "Delta");
  });
  await act("edit a field in the inspector", async () => {
    await selectStep(user, "Alpha");
    await user.click({ role: "textbox", name: "Variable…" });
    await page.press("Control+a");
    await user.type("renamed");
    await page.press("Tab");
  });
  await act("save by key", async () => {
    await page.press("Control+s");
    await user.untilSaveState("Saved");
    const saved = await api.getFlow(flow.id);
    const names = JSON.stringify(saved.flowSteps.map((step) => step["name"]));
    if (names !== '["Fresh","Alpha","Gamma","Delta"]') throw new Error(`Saved were ${names}.`);
  });
  await act("cut and paste one step by one key each", async () => {
    await selectStep(user, "Alpha");
    await page.press("Control+x");
    await user.untilSteps("Fresh", "Gamma", "Delta");
    await page.press("Control+z");
    await user.untilSteps("Fresh", "Alpha", "Gamma", "Delta");
    // The caret is still in the code field of the inspector, which must keep its text.
    await user.until(
      "the text of the code field",
      `return document.querySelector(".cm-content").innerText === "alpha"`,
    );
    await page.press("Control+x");
    await user.untilSteps("Fresh", "Gamma", "Delta");
    await selectStep(user, "Delta");
    await page.press("Control+v");
    await user.untilSteps("Fresh", "Gamma", "Delta", "Alpha");
  });
  await act("type / and ' in an open menu", async () => {
    await user.click({ role: "button", name: "Actions for Gamma" });
    await user.centerOf({ role: "menuitem", name: "Duplicate…" });
    await page.press("/", "'");
    await user.centerOf({ role: "menuitem", name: "Duplicate…" });
    await page.press("Escape");
  });
  await act("open a row's menu by a right click", async () => {
    await user.click({ role: "button", name: "Reorder Gamma" }, "right");
    await user.centerOf({ role: "menuitem", name: "Duplicate…" });
    await page.press("Escape");
  });
  await act("undo and redo", async () => {
    await page.press("Control+z");
    await user.untilSteps("Fresh", "Gamma", "Delta");
    await page.press("Control+y");
    await user.untilSteps("Fresh", "Gamma", "Delta", "Alpha");
    await page.press("Control+s");
    await user.untilSaveState("Saved");
  });
  await act("resolve a conflict", async () => {
    await selectStep(user, "Gamma");
    await page.press("F2");
    await user.centerOf({ role: "textbox", name: "Name of step…" });
    await page.press("Control+a");
    await user.type("Mine");
    await page.press("Enter");
    await user.untilSteps("Fresh", "Mine", "Delta", "Alpha");
    const { flowSteps } = await api.getFlow(flow.id);
    await api.updateFlow(flow.id, {
      flowSteps: flowSteps.map((step) => (step["id"] === "gamma" ? { ...step, name: "Theirs" } : step)),
    });
    await page.press("Control+s");
    await user.click({ role: "radio", name: "Mine…" });
    await user.click({ role: "button", name: "Apply and save" });
    await user.untilSaveState("Saved");
    await user.untilSteps("Fresh", "Mine", "Delta", "Alpha");
  });
  await act("publish", async () => {
    await user.click({ role: "button", name: "Publish" });
    await user.until("the changes to publish", "return document.querySelector('[role=dialog]') !== null");
    await clickWhenEnabled(user, "Publish");
    await user.until("no dialog", "return document.querySelector('[role=dialog]') === null");
    const { publishedVersionId } = await api.getFlow(flow.id);
    if (!publishedVersionId) throw new Error("The flow is not published.");
  });
  await act("run on records, with live progress", async () => {
    await user.click({ role: "button", name: "Run on records…" });
    await clickWhenEnabled(user, "Run");
    await user.until("the page of the run", "return /\\/runs\\/batch_/.test(location.pathname)");
    await user.untilText(`${RECORDS} records: ${RECORDS} completed`);
  });

  return { browser: page.browser, steps };
}

const variable = (id: string, valueTemplate = id) =>
  buildStep(id, { type: "set-variable", config: { variableName: id, valueTemplate } });

const OFF = `return document.querySelector("[data-step-id='" + args[0] + "'] [role=switch]").getAttribute("aria-checked") === "false"`;

async function selectStep(user: EngineUser, name: string): Promise<void> {
  const { x, y } = await user.centerOf({ role: "button", name: `Reorder ${name}` });
  // Presses right of the handle and the type's icon, where a press selects the row and hits no control.
  await user.page.mouse([{ type: "move", x: x + 260, y }, { type: "down" }, { type: "up" }]);
  await user.until(
    `${name} selected`,
    `const row = document.activeElement?.closest("[data-step-key]");
     return row?.querySelector("[aria-label='Reorder " + args[0] + "']") != null`,
    name,
  );
}

async function clickWhenEnabled(user: EngineUser, name: string): Promise<void> {
  await user.until(
    `the button “${name}” enabled`,
    `return [...document.querySelectorAll("[role=dialog] button")].some((button) =>
       button.innerText.trim() === args[0] && button.getAttribute("aria-disabled") !== "true" && !button.disabled)`,
    name,
  );
  await user.click({ role: "button", name });
}

async function expectRequestedOnce(page: EnginePage, path: string): Promise<void> {
  const times = await page.run(
    `return performance.getEntriesByType("resource").filter(({ name }) => new URL(name).pathname === args[0]).length`,
    path,
  );
  if (times !== 1) throw new Error(`${path} was requested ${String(times)} times.`);
}
