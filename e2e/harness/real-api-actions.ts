import { type Locator, type Page, expect } from "@playwright/test";
import { replaceFieldTextByKeyboard } from "./page-text.ts";
import type { RealApiWalk } from "./real-api-walk.ts";

/** An action of a user in cloud mode; a row of the table that `walk-reporter.ts` prints. */
export interface WalkAction {
  readonly title: string;
  /** Maximum number of requests to the API during the action. Each refused request allows as many again. */
  readonly mostRequests: number;
  readonly perform: (walk: RealApiWalk) => Promise<void>;
}

/** Maximum number of reads, such as repeated ones, that are still in flight when the user starts to edit. */
const LATE_READS = 4;

/** The order matters: each action continues where the previous one ended. */
export const WALK_ACTIONS: readonly WalkAction[] = [
  {
    title: "List flows, page by page",
    mostRequests: 20,
    perform: async ({ page, url, list, realApi }) => {
      await page.goto(`${url}/flows`);
      await expect(list.rows.first()).toBeVisible();
      const { stuckCursor } = realApi.state.switches;
      const end = stuckCursor ? page.getByText("This list may be incomplete") : list.row("Digest");
      await list.rows.first().hover();
      await expect(async () => {
        await page.mouse.wheel(0, 3_000);
        await expect(end).toBeVisible({ timeout: 300 });
      }).toPass();
    },
  },
  {
    title: "Search",
    mostRequests: 12,
    perform: async ({ list }) => {
      await list.search.fill("Digest");
      await list.expectNames(["Digest"]);
    },
  },
  {
    title: "Open a flow",
    mostRequests: 12,
    perform: async ({ list, editor }) => {
      await list.link("Digest").click();
      await editor.expectSteps(["Fetch", "Clean", "Route", "Sum", "Notify"]);
      await editor.untilAnalyzed();
    },
  },
  {
    title: "Reorder by drag",
    mostRequests: LATE_READS,
    perform: async ({ editor }) => {
      await editor.dragByMouse("Notify", "Fetch", "above");
      await editor.expectSteps(["Notify", "Fetch", "Clean", "Route", "Sum"]);
    },
  },
  {
    title: "Reorder by keyboard",
    mostRequests: LATE_READS,
    perform: async ({ editor }) => {
      await editor.moveByKeyboard("Clean", -1);
      await editor.expectSteps(["Notify", "Clean", "Fetch", "Route", "Sum"]);
    },
  },
  {
    title: "Toggle a step",
    mostRequests: LATE_READS,
    perform: async ({ editor }) => {
      await editor.switchOf("Notify").click();
      await expect(editor.switchOf("Notify")).toBeChecked();
    },
  },
  {
    title: "Rename a step and the flow",
    mostRequests: LATE_READS,
    perform: async ({ editor }) => {
      await editor.renameStep("Clean", "Tidy");
      await editor.renameFlow("Digest of pages");
    },
  },
  {
    title: "Configure a step",
    mostRequests: 8,
    perform: async ({ page, editor }) => {
      await editor.row("Sum").click();
      await replaceFieldTextByKeyboard(
        page,
        page.getByRole("textbox", { name: "Prompt", exact: true }),
        "Sum up.",
      );
      await page.keyboard.press("Escape");
    },
  },
  {
    title: "Save",
    mostRequests: 6,
    perform: async (walk) => {
      const before = walk.flow.steps;
      await walk.save();
      const unchanged = (id: string) => {
        const { order: _, ...step } = before.find((one) => one.id === id) ?? { order: 0 };
        return step;
      };
      expect(walk.flow).toMatchObject({
        name: "Digest of pages",
        steps: [
          { ...unchanged("notify"), enabled: true },
          { ...unchanged("clean"), name: "Tidy" },
          unchanged("fetch"),
          unchanged("route"),
          { ...unchanged("sum"), config: { userPrompt: "Sum up." } },
        ],
      });
    },
  },
  {
    title: "Merge another client's change",
    mostRequests: 8,
    perform: async (walk) => {
      const { editor } = walk;
      walk.changeStepElsewhere("route", { name: "Route elsewhere" });
      await editor.switchOf("Fetch").click();
      await walk.save();
      await expect(editor.row("Route elsewhere")).toBeVisible();
      expect(walk.step("fetch")["enabled"]).toBe(false);
      expect(walk.step("route")["name"]).toBe("Route elsewhere");
    },
  },
  {
    title: "Resolve a conflict",
    mostRequests: 10,
    perform: async (walk) => {
      const { editor, conflict } = walk;
      walk.changeStepElsewhere("clean", { name: "Theirs" });
      await editor.renameStep("Tidy", "Mine");
      await editor.saveButton.click();
      await expect(conflict.dialog).toBeVisible();
      await conflict.conflictGroup(/Name/).getByRole("radio", { name: "Mine" }).check();
      await conflict.dialog.getByRole("button", { name: "Apply" }).click();
      await walk.save();
      expect(walk.step("clean")["name"]).toBe("Mine");
    },
  },
  {
    title: "Publish",
    mostRequests: 10,
    perform: async (walk) => {
      const { page, editor } = walk;
      const dialog = page.getByRole("dialog", { name: /^Publish “/ });
      await page.getByRole("button", { name: "Publish", exact: true }).click();
      await walk.write(
        "POST /v1/flows/:id/publish",
        () => editor.confirmPublish(),
        async () => (await dialog.count()) === 0,
      );
      expect(walk.flow.versions.at(-1)).toMatchObject({
        id: walk.flow.publishedVersionId,
        steps: walk.flow.steps,
      });
    },
  },
  {
    title: "View versions",
    mostRequests: 10,
    perform: async (walk) => {
      const { page, editor, versions } = walk;
      await editor.renameStep("Mine", "Second");
      await walk.save();
      await page.getByRole("link", { name: "Versions" }).click();
      await expect(versions.row(1)).toContainText("Live");
    },
  },
  {
    title: "Restore a version",
    mostRequests: 10,
    perform: async (walk) => {
      const { editor, versions } = walk;
      await versions.chooseFromMenu(1, "Restore version…");
      expect(await versions.restore()).toEqual(["Renamed “Second” to “Mine”"]);
      await expect(editor.row("Mine")).toBeVisible();
      await walk.save();
      expect(walk.step("clean")["name"]).toBe("Mine");
    },
  },
  {
    title: "Try it",
    mostRequests: 8,
    perform: async (walk) => {
      const { page, testRun } = walk;
      await testRun.open();
      await walk.write(
        "POST /v1/dispatch",
        () => pressOrCheckAgain(page, testRun.run),
        () => testRun.outcome.getByText("Completed").isVisible(),
      );
      await expect(walk.editor.row("Sum")).toContainText("Reply to: Sum up.");
      await testRun.close();
    },
  },
  {
    title: "Run on a record type",
    mostRequests: 16,
    perform: async (walk) => {
      await startRunOnRecordType(walk, "customer");
      await expect(walk.page.getByText(/^3 records: 3 completed/)).toBeVisible();
      await expect(walk.runs.record("Customer 2")).toContainText("Completed");
    },
  },
  {
    title: "Read results",
    mostRequests: 12,
    perform: async ({ page, runs }) => {
      await runs.openRecord("Customer 2");
      await runs.step("Sum").click();
      const result = page.getByRole("region", { name: "Result of Sum" });
      await expect(result).toContainText("Reply to: Sum up.");
    },
  },
  {
    title: "Run on many records",
    mostRequests: 24,
    perform: async (walk) => {
      await startRunOnRecordType(walk, "order");
      await expect(walk.page.getByText(/^12 records: 12 completed/)).toBeVisible({ timeout: 30_000 });
    },
  },
  {
    title: "Duplicate a flow",
    // Returning to the list reads up to eight pages, showing the copy in the list as many, and the copy is
    // read too.
    mostRequests: 28,
    perform: async (walk) => {
      const { page, list } = walk;
      await page.getByRole("link", { name: "Back to flows" }).click();
      const copy = list.row("Copy of Digest of pages");
      await walk.write(
        "POST /v1/flows",
        () => list.chooseFromMenu("Digest of pages", "Duplicate"),
        () => copy.isVisible(),
      );
      const copies = [...walk.realApi.state.flows.values()].filter(({ name }) => name.startsWith("Copy of"));
      expect(copies).toHaveLength(1);
      expect(copies[0]?.steps.map((step) => step["when"])).toEqual(
        walk.flow.steps.map((step) => step["when"]),
      );
    },
  },
  {
    title: "Delete a flow",
    mostRequests: 28,
    perform: async (walk) => {
      const { page, list, realApi } = walk;
      const name = "Copy of Digest of pages";
      const isHeld = () => [...realApi.state.flows.values()].some((flow) => flow.name === name);
      await walk.write(
        "DELETE /v1/flows/:id",
        async () => {
          await list.chooseFromMenu(name, "Delete");
          await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
        },
        async () => !isHeld(),
      );
      await expect(list.row(name)).toHaveCount(0);
    },
  },
];

/**
 * Presses a button. If the page has disabled the feature after a refusal by the API, first presses “Check
 * again”.
 */
async function pressOrCheckAgain(page: Page, button: Locator): Promise<void> {
  const again = page.getByRole("button", { name: "Check again" });
  // The button is disabled until the page has received the response to the previous press.
  const isReady = async () => (await again.isVisible()) || (await button.isEnabled());
  await expect.poll(isReady, { intervals: [20, 50, 100] }).toBe(true);
  if (await again.isVisible()) await again.press("Enter");
  await expect(button).toBeEnabled();
  // Presses by keyboard, because a notification can cover the button.
  await button.press("Enter");
}

async function startRunOnRecordType(walk: RealApiWalk, type: string): Promise<void> {
  const { page, runs } = walk;
  const address = page.url();
  await walk.write(
    "POST /v1/flows/:id/run-on-record-type",
    async () => {
      if (!(await runs.dialog.isVisible())) {
        await page.getByRole("button", { name: "Run on records…", exact: true }).first().click();
        const field = runs.dialog.getByRole("combobox", { name: "Record type" });
        await field.fill(type);
        await runs.dialog.getByRole("checkbox", { name: /^Send / }).check();
      }
      await pressOrCheckAgain(page, runs.dialog.getByRole("button", { name: "Run", exact: true }));
    },
    async () => page.url() !== address && /\/runs\/batch_/.test(page.url()),
  );
}
