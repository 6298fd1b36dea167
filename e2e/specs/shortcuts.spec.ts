import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { ApiClient } from "#e2e/harness/api.ts";
import type { EditorPageObject } from "#e2e/harness/editor.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

test("the keyboard shortcuts dialog opens by ?, Ctrl+/ and the help menu, and returns the focus when it closes", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await editor.row("Clean").focus();
  await page.keyboard.press("?");
  await expect(dialog.getByText("Duplicate")).toBeVisible();
  const labels = (await readSheet(page)).map(({ label }) => label).toSorted();
  expect(labels, "each entry of the sheet has a check in CHECKS").toEqual(Object.keys(CHECKS).toSorted());
  await expectNoAccessibilityViolations(page, "the shortcut sheet");
  await page.keyboard.press("Escape");
  await expect(editor.row("Clean")).toBeFocused();
  await page.keyboard.press("Control+/");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Help", exact: true }).click();
  await page.getByRole("menuitem", { name: "Keyboard shortcuts" }).click();
  await expect(dialog).toBeVisible();
});

test(
  "single-key shortcuts can be disabled, and stay disabled after a reload",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await editor.row("Clean").focus();
    await page.keyboard.press("?");
    await page.getByRole("switch", { name: "Single-key shortcuts" }).click();
    await page.keyboard.press("Escape");
    await page.reload();
    await editor.row("Clean").focus();
    await page.keyboard.press("?");
    await page.keyboard.press("/");
    await page.keyboard.press("Control+/");
    // Expects one dialog, of Ctrl+/, because the keys “?” and “/” are disabled.
    await expect(page.getByRole("dialog")).toHaveCount(1);
    await page.getByRole("switch", { name: "Single-key shortcuts" }).click();
    await page.keyboard.press("Escape");
    await expect(editor.row("Clean")).toBeFocused();
    await page.keyboard.press("/");
    await expect(page.getByRole("dialog", { name: "Add step" })).toBeVisible();
  },
);

test("the / key adds a step after the focused row, or at the end, and preselects the most common type", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Queue").focus();
  await page.keyboard.press("/");
  await page.keyboard.type("fetch");
  await page.keyboard.press("Enter");
  await editor.expectSaid("Added “Fetch URL” at position 2 of 3, in “Route” then.");
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toBeFocused();
  await page.keyboard.type("Read /?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(editor.row("Read /?")).toBeFocused();

  await page
    .getByRole("button", { name: "Close inspector" })
    .or(page.getByRole("heading", { level: 1 }))
    .first()
    .focus();
  await page.keyboard.press("Escape");
  // Closing the inspector moves the focus to the row, which must not happen after the blur.
  await editor.waitFourFrames();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("/");
  const dialog = page.getByRole("dialog", { name: "Add step" });
  const prompt = dialog.getByRole("group", { name: "Common" }).getByRole("option").first();
  await expect(prompt).toHaveText(/^Prompt/);
  await expect(prompt).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await editor.expectSaid("Added “Prompt” at position 5 of 5.");
});

test("shortcuts are ignored in text fields, dialogs and menus", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Clean").focus();
  await page.keyboard.press("F2");
  const name = page.getByRole("textbox", { name: /^Name of step/ });
  await page.keyboard.press("Control+a");
  await page.keyboard.type("a/b?");
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("Control+d");
  await expect(name).toHaveValue("a/b?");
  await page.keyboard.press("Enter");
  await editor.expectSteps(["Fetch", "a/b?", "Route", "Notify"]);

  await editor.openMenu("Fetch");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("/");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Add step", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Add step" }).getByRole("combobox")).toBeFocused();
  await page.keyboard.press("Control+d");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(editor.status).toHaveText("1 unsaved change");
  await expect(page.getByRole("heading", { name: /selected$/ })).toHaveCount(0);
});

test("shortcuts are ignored during IME composition", { tag: "@full" }, async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Clean").focus();
  await page.evaluate(() => {
    for (const key of ["?", "/", "Delete", "a"]) {
      const event = { key, bubbles: true, cancelable: true, isComposing: true, ctrlKey: key === "a" };
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", event));
    }
  });
  await page.keyboard.press("Control+/");
  await expect(page.getByRole("dialog")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { name: /selected$/ })).toHaveCount(0);
  await expect(editor.status).toHaveText("Saved");
});

interface SheetEntry {
  readonly label: string;
  readonly keys: readonly string[];
}

type Tools = {
  readonly page: Page;
  readonly api: ApiClient;
  readonly editor: EditorPageObject;
  readonly flowId: string;
  readonly key: string;
  readonly press: () => Promise<void>;
};

type Check = (tools: Tools) => Promise<void>;

const PLAYWRIGHT_KEYS: Readonly<Record<string, string>> = {
  Ctrl: "Control",
  "↑": "ArrowUp",
  "↓": "ArrowDown",
  "←": "ArrowLeft",
  "→": "ArrowRight",
  "↵": "Enter",
  Esc: "Escape",
  Del: "Delete",
};

/** Reads all shortcuts from the help dialog, so that a new shortcut without a check fails the test. */
async function readSheet(page: Page): Promise<readonly SheetEntry[]> {
  const rows = await page
    .getByRole("dialog", { name: "Keyboard shortcuts" })
    .locator("dl > div")
    .evaluateAll((entries) =>
      entries.map((entry) => ({
        label: entry.querySelector("dt")?.textContent ?? "",
        shortcuts: [...entry.querySelectorAll("kbd")].map((kbd) =>
          [...kbd.querySelectorAll("[aria-hidden]")].map((key) => key.textContent ?? ""),
        ),
      })),
    );
  return rows.map(({ label, shortcuts }) => ({
    label,
    keys: shortcuts.map((keys) => keys.map((key) => PLAYWRIGHT_KEYS[key] ?? key).join("+")),
  }));
}

/** Builds Fetch, Clean, Route with two branches, and Notify. Clean reads a variable that no step sets. */
const sheetFlow = () =>
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

const CHECKS: Readonly<Record<string, Check>> = {
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

async function walksMatches({ page, press }: Tools, after: RegExp): Promise<void> {
  const count = page.locator("[data-find-count]");
  await page.keyboard.press("Control+F");
  await page.keyboard.type("e");
  await expect(count).toHaveText(/^1 of/);
  await press();
  await expect(count).toHaveText(after);
}

test(
  "every shortcut in the keyboard shortcuts dialog has the described effect",
  { tag: "@full" },
  async ({ page, api, context }) => {
    test.setTimeout(300_000);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await createFlowAndOpenEditor({ page, api }, sheetFlow());
    await page.keyboard.press("Control+/");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    for (const { label, keys } of await readSheet(page)) {
      for (const key of keys) {
        await test.step(`${label}: ${key}`, async () => {
          const { flow, editor } = await createFlowAndOpenEditor({ page, api }, sheetFlow());
          const press = () => page.keyboard.press(key);
          await CHECKS[label]?.({ page, api, editor, flowId: flow.id, key, press });
        });
      }
    }
  },
);
