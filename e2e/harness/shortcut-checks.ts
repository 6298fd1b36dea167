import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { ApiClient } from "./api.ts";
import type { EditorPageObject } from "./editor.ts";
import { expect } from "./test.ts";

type ShortcutCheckTools = {
  readonly page: Page;
  readonly api: ApiClient;
  readonly editor: EditorPageObject;
  readonly flowId: string;
  readonly key: string;
  readonly press: () => Promise<void>;
};

type Check = (tools: ShortcutCheckTools) => Promise<void>;

/** Builds Fetch, Clean, Route with two branches, and Notify. Clean reads a variable that no step sets. */
export const buildShortcutCheckFlow = () =>
  buildFlow("Sheet", [
    buildStep("fetch", { type: "fetch-url", config: { http: { method: "GET", url: "https://a.example" } } }),
    buildStep("clean", { config: { userPrompt: "{{gone}}" } }),
    buildConditional("route", [buildStep("queue")], [buildStep("hide")]),
    buildStep("notify"),
  ]);

const onRow =
  (name: string, act: Check): Check =>
  async (tools) => {
    await tools.editor.row(name).focus();
    await act(tools);
  };

const announces = (name: string, text: string | RegExp): Check =>
  onRow(name, async ({ editor, press }) => {
    await press();
    await editor.expectSaid(text);
  });

const focuses = (from: string, targets: Readonly<Record<string, string>>): Check =>
  onRow(from, async ({ editor, press, key }) => {
    await press();
    await expect(editor.row(targets[key] ?? "")).toBeFocused();
  });

const opens =
  (role: "dialog" | "complementary", name: string): Check =>
  async ({ page, press }) => {
    await press();
    await expect(page.getByRole(role, { name })).toBeVisible();
  };

const prompt = (page: Page) => page.getByRole("textbox", { name: "Prompt", exact: true });

const inPrompt =
  (act: Check): Check =>
  async (tools) => {
    const { page, editor } = tools;
    await editor.untilAnalyzed();
    await editor.row("Clean").click();
    await prompt(page).focus();
    await page.keyboard.press("Control+Home");
    for (const _ of "{{g") await page.keyboard.press("ArrowRight");
    await act(tools);
  };

/** By the label in the keyboard shortcuts dialog: presses the key in {@link buildShortcutCheckFlow} and checks its effect. */
export const SHORTCUT_CHECKS: Readonly<Record<string, Check>> = {
  Rename: onRow("Clean", async ({ page, press }) => {
    await press();
    await expect(page.getByRole("textbox", { name: "Name of step 2" })).toBeFocused();
  }),
  "Switch on or off": announces("Clean", "“Clean” is off."),
  "Add a step after this one": onRow("Clean", opens("dialog", "Add step")),
  "Add the first step of a branch": async (tools) => {
    await tools.editor.branch("Route", "then").focus();
    await opens("dialog", "Add step")(tools);
  },
  Duplicate: announces("Clean", "Duplicated “Clean” at position 3 of 5."),
  Copy: onRow("Clean", async ({ page, press }) => {
    await press();
    await expect(page.getByText("Copied “Clean”.")).toBeVisible();
  }),
  Cut: announces("Clean", "Cut “Clean”. Undo to restore."),
  "Paste after this step": onRow("Clean", async ({ page, editor, press }) => {
    await page.keyboard.press("Control+C");
    await press();
    await editor.expectSaid("Pasted “Clean” at position 3 of 5.");
  }),
  Delete: announces("Clean", "Deleted “Clean”. Undo to restore."),

  "Move up": announces("Clean", "Moved “Clean” to position 1 of 4."),
  "Move down": announces("Fetch", "Moved “Fetch” to position 2 of 4."),
  "Move out of the conditional": announces("Queue", /^Moved “Queue” to position 4 of 5\./),
  "Move into a conditional": announces("Clean", "Moved “Clean” to position 1 of 2, in “Route” then."),
  "On a handle: pick up or drop": async ({ editor, press }) => {
    await editor.waitFourFrames();
    await editor.handle("Clean").focus();
    await press();
    await editor.expectSaid(/^Picked up “Clean”/);
    await editor.pressAndHear("ArrowUp");
    await press();
    await editor.expectSaid("Moved “Clean” to position 1 of 4.");
  },
  "Jump to next valid position": async ({ editor, press, key }) => {
    await editor.untilAnalyzed();
    await editor.pickUpByKeyboard("Clean");
    await press();
    await editor.expectSaid(
      key.endsWith("Up") ? /^“Clean”, position 1 of/ : /^“Clean”, position 1 of .* in “Route”/,
    );
  },

  "Extend selection up or down": announces("Clean", "2 steps selected."),
  "Select all (twice: include collapsed)": async ({ editor, press }) => {
    await press();
    await editor.expectSaid("6 steps selected.");
  },
  "Select none": onRow("Clean", async ({ page, editor, press }) => {
    await page.keyboard.press("Control+A");
    await press();
    await editor.expectSaid("No steps selected.");
  }),

  "Open in the inspector": onRow("Clean", opens("complementary", "Inspector of Clean")),
  "Previous or next step": focuses("Clean", { ArrowUp: "Fetch", ArrowDown: "Route" }),
  "First, last, 10 up, 10 down": focuses("Clean", {
    Home: "Fetch",
    PageUp: "Fetch",
    End: "Notify",
    PageDown: "Notify",
  }),
  "Collapse or expand a conditional": onRow("Route", async ({ page, press, key }) => {
    if (key === "ArrowRight") await page.keyboard.press("ArrowLeft");
    await press();
    await expect(
      page.getByRole("button", {
        name: key === "ArrowRight" ? "Collapse Route" : "Expand Route",
        exact: true,
      }),
    ).toBeVisible();
  }),
  "Open the menu": onRow("Clean", async ({ page, press }) => {
    await press();
    await expect(page.getByRole("menuitem", { name: "Configure" })).toBeFocused();
  }),
  "Inspect previous or next step": async (tools) => {
    await tools.editor.row("Clean").click();
    await focuses("Clean", { "Alt+PageUp": "Fetch", "Alt+PageDown": "Route" })(tools);
  },
  "Next problem": async ({ editor, press }) => {
    await editor.untilAnalyzed();
    await press();
    await editor.expectSaid(/^Problem 1 of \d+: /);
  },
  "Previous problem": async ({ editor, press }) => {
    await editor.untilAnalyzed();
    await press();
    await editor.expectSaid(/^Problem (\d+) of \1: /);
  },
  "Next match": (tools) => walksMatches(tools, /^2 of/),
  "Previous match": (tools) => walksMatches(tools, /^(\d+) of \1/),
  "Next/previous difference": async ({ page, api, editor, flowId, press }) => {
    await api.publishFlow(flowId);
    await api.updateFlow(flowId, { name: "Another name" });
    await page.goto(`/flows/${flowId}/versions/compare?to=saved&as=json`);
    await page.getByRole("textbox").last().focus();
    await press();
    await editor.expectSaid(/^Difference \d of \d/);
  },

  "Show variable": inPrompt(async ({ page, press }) => {
    await press();
    await expect(page.getByRole("group", { name: "About gone", exact: true })).toBeFocused();
  }),
  "Rename variable": inPrompt(opens("dialog", "Rename variable")),

  "Try it: open, then run": opens("complementary", "Try it"),
  "Find in flow": async ({ page, press }) => {
    await press();
    await expect(page.getByRole("searchbox", { name: "Find" })).toBeFocused();
  },
  "Go to a notification": onRow("Clean", async ({ page, press }) => {
    await page.keyboard.press("Control+C");
    await expect(page.getByText("Copied “Clean”.")).toBeVisible();
    await press();
    await expect(page.getByRole("button", { name: "Close notification" })).toBeFocused();
  }),
  "Print flow": opens("dialog", "Print flow"),
  "Show shortcuts": opens("dialog", "Keyboard shortcuts"),
  "Search or run an action": opens("dialog", "Command palette"),
  Save: onRow("Clean", async ({ page, editor, press }) => {
    await page.keyboard.press("Space");
    await press();
    await expect(editor.status).toHaveText("Saved");
  }),
  Undo: onRow("Clean", async ({ page, editor, press }) => {
    await page.keyboard.press("Space");
    await press();
    await editor.expectSaid("Undid switch off “Clean”.");
  }),
  Redo: onRow("Clean", async ({ page, editor, press }) => {
    await page.keyboard.press("Space");
    await page.keyboard.press("Control+Z");
    await press();
    await editor.expectSaid("Redid switch off “Clean”.");
  }),
};

async function walksMatches({ page, press }: ShortcutCheckTools, after: RegExp): Promise<void> {
  const count = page.locator("[data-find-count]");
  await page.keyboard.press("Control+F");
  await page.keyboard.type("e");
  await expect(count).toHaveText(/^1 of/);
  await press();
  await expect(count).toHaveText(after);
}
