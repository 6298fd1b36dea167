import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { KeyboardOnlyUser } from "#e2e/harness/keyboard.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

const namesIn = (steps: unknown) => (steps as readonly JsonObject[]).map((step) => step["name"]);

test("creates, edits, saves and publishes a flow by keyboard alone", async ({ page, api }) => {
  test.setTimeout(240_000);
  const keyboard = new KeyboardOnlyUser(page);
  await keyboard.forbidPointers();
  const editor = new EditorPageObject(page);
  const inspector = (name: string) => page.getByRole("complementary", { name: `Inspector of ${name}` });
  const nameField = page.getByRole("textbox", { name: "Name", exact: true });
  const addStep = async (query: string, name: string, label: string) => {
    await keyboard.press("/");
    await expect(page.getByRole("dialog", { name: "Add step" }).getByRole("combobox")).toBeFocused();
    await keyboard.type(query);
    await keyboard.press("Enter");
    await editor.expectSaid(new RegExp(`^Added “${label}” at position`));
    await expect(nameField).toBeFocused();
    await keyboard.typeOver(name);
    await expect(editor.row(name)).toBeVisible();
  };
  const pressAndExpectSaid = async (key: string, said: string | RegExp) => {
    await keyboard.press(key);
    await editor.expectSaid(said);
  };

  await test.step("create a flow", async () => {
    await new FlowListPageObject(page).open();
    await keyboard.tabTo(page.getByRole("button", { name: "New flow" }));
    await keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "New flow" });
    await expect(dialog.getByRole("textbox", { name: "Name" })).toBeFocused();
    await keyboard.type("By hand");
    await keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "By hand" })).toBeFocused();
    for (const name of ["Run on records…", "Publish"])
      await expect(page.getByRole("button", { name, exact: true })).toHaveAttribute("aria-disabled", "true");
  });
  const id = /flows\/([^/?]+)/.exec(page.url())?.[1] ?? "";

  await test.step("add, name and configure steps", async () => {
    await addStep("fetch url", "Fetch page", "Fetch URL");
    await keyboard.tabTo(inspector("Fetch page").getByRole("textbox", { name: "URL", exact: true }));
    await keyboard.typeOver("https://a.example/page");
    await keyboard.tabTo(inspector("Fetch page").getByRole("textbox", { name: "Save result as" }));
    await keyboard.typeOver("page");
    await keyboard.press("Escape");
    await expect(editor.row("Fetch page")).toBeFocused();

    await addStep("prompt", "Sum up", "Prompt");
    await keyboard.tabTo(inspector("Sum up").getByRole("textbox", { name: "Prompt", exact: true }));
    await keyboard.type("Sum up {{pa");
    await expect(page.getByRole("option", { name: /page/ })).toBeVisible();
    await keyboard.press("Enter");
    await expect(inspector("Sum up").getByRole("textbox", { name: "Prompt", exact: true })).toHaveText(
      "Sum up {{page}}",
    );
    await keyboard.press("Escape");
    await expect(editor.row("Sum up")).toBeFocused();
  });

  await test.step("add a conditional and a nested step", async () => {
    await addStep("conditional", "Route", "Conditional");
    const condition = (part: string) =>
      inspector("Route").getByLabel(`Condition 1: ${part}`, { exact: true });
    await keyboard.tabTo(condition("field"));
    await keyboard.type("page");
    await expect(page.getByRole("option", { name: /page/ })).toBeVisible();
    await keyboard.type(".size");
    await keyboard.tabTo(condition("comparison"));
    await keyboard.type("is greater");
    await keyboard.tabTo(condition("value"));
    await keyboard.type("1");
    await expect(editor.branch("Route", "then")).toContainText("page.size > 1");
    await keyboard.press("Escape");
    await expect(editor.row("Route")).toBeFocused();
    await keyboard.press("ArrowDown");
    await expect(editor.branch("Route", "then")).toBeFocused();
    await addStep("send email", "Notify", "Send email");
    await keyboard.press("Escape");
    await editor.expectOutline(["1 Fetch page", "2 Sum up", "3 Route", "  then", "  1 Notify", "  else"]);
    await expect(editor.row("Notify")).toHaveAccessibleName("1 Notify, Send email, in Route then");
  });

  await test.step("move a step into, through and out of the conditional", async () => {
    await keyboard.press("Home", "ArrowDown");
    await expect(editor.row("Sum up")).toBeFocused();
    await pressAndExpectSaid("Alt+Shift+ArrowRight", "Moved “Sum up” to position 1 of 2, in “Route” then.");
    await pressAndExpectSaid("Alt+ArrowDown", "Moved “Sum up” to position 2 of 2, in “Route” then.");
    await pressAndExpectSaid("Alt+ArrowDown", "Moved “Sum up” to position 1 of 1, in “Route” else.");
    await pressAndExpectSaid("Alt+Shift+ArrowLeft", "Moved “Sum up” to position 3 of 3.");
    await pressAndExpectSaid("Alt+ArrowUp", "Moved “Sum up” to position 2 of 3.");
    await expect(editor.row("Sum up")).toBeFocused();
  });

  await test.step("move a step by its handle", async () => {
    await keyboard.tabTo(editor.handle("Sum up"));
    const said = [];
    for (const key of ["Space", "ArrowDown", "ArrowDown", "ArrowUp", "Space"])
      said.push(await editor.pressAndHear(key));
    expect(said).toEqual([
      "Picked up “Sum up”, position 2 of 3. Use arrow keys to move, with Shift to the next valid position. Space drops, Escape cancels.",
      "“Sum up”, position 1 of 2, in “Route” then, before “Notify”.",
      "“Sum up”, position 2 of 2, in “Route” then, at the end.",
      "“Sum up”, position 1 of 2, in “Route” then, before “Notify”.",
      "Moved “Sum up” to position 1 of 2, in “Route” then.",
    ]);
    await expect(editor.handle("Sum up")).toBeFocused();
    await keyboard.tabBackTo(editor.row("Sum up"));
  });

  await test.step("duplicate, copy, paste and undo several steps", async () => {
    await pressAndExpectSaid("Shift+ArrowDown", "2 steps selected.");
    await expect(editor.row("Notify")).toBeFocused();
    await pressAndExpectSaid("ControlOrMeta+d", "Duplicated 2 steps at position 3 of 4, in “Route” then.");
    await pressAndExpectSaid("ControlOrMeta+c", "Copied 2 steps.");
    await keyboard.press("Home");
    await pressAndExpectSaid("ControlOrMeta+v", /^Pasted 2 steps at position \d/);
    await pressAndExpectSaid("ControlOrMeta+z", "Undid paste 2 steps.");
    await pressAndExpectSaid("ControlOrMeta+z", "Undid duplicate 2 steps.");
    await pressAndExpectSaid("ControlOrMeta+Shift+z", "Redid duplicate 2 steps.");
    await expect(page.getByRole("heading", { name: "2 steps selected" })).toBeVisible();
    await pressAndExpectSaid("Delete", "Deleted 2 steps. Undo to restore.");
    await editor.expectOutline(["1 Fetch page", "2 Route", "  then", "  1 Sum up", "  2 Notify", "  else"]);
  });

  await test.step("disable a step, rename it in its row, and move it in the Move to… dialog", async () => {
    await keyboard.press("Home", "End", "ArrowUp");
    await expect(editor.row("Notify")).toBeFocused();
    await pressAndExpectSaid("Space", "“Notify” is off.");
    await keyboard.press("F2");
    await keyboard.typeOver("Tell them");
    await keyboard.press("Enter");
    await expect(editor.row("Tell them")).toBeFocused();
    await keyboard.press("Shift+F10");
    await expect(page.getByRole("menuitem").first()).toBeFocused();
    await keyboard.arrowTo(page.getByRole("menuitem", { name: "Move", exact: true }));
    await keyboard.press("ArrowRight");
    await keyboard.arrowTo(page.getByRole("menuitem", { name: "Move to…" }));
    await keyboard.press("Enter");
    const places = page.getByRole("dialog", { name: "Move “Tell them” to…" });
    await expect(places.getByRole("combobox")).toBeFocused();
    await keyboard.type("else");
    await keyboard.press("Enter");
    await editor.expectSaid("Moved “Tell them” to position 1 of 1, in “Route” else.");
    await expect(page.getByRole("button", { name: "Actions for Tell them" })).toBeFocused();
  });

  await test.step("find and replace text", async () => {
    await keyboard.press("ControlOrMeta+f");
    await expect(page.getByRole("searchbox", { name: "Find" })).toBeFocused();
    await keyboard.type("page");
    await expect(page.locator("[data-find-count]")).toHaveText(/^1 of/);
    await keyboard.tabBackTo(page.getByRole("search").getByRole("button", { name: "Replace", exact: true }));
    await keyboard.press("Enter");
    await keyboard.tabTo(page.getByRole("textbox", { name: "Replace with" }));
    await keyboard.type("body");
    await keyboard.tabTo(page.getByRole("button", { name: /^Replace \d+ selected$/ }));
    await keyboard.press("Enter");
    await editor.expectSaid(/^Replaced 5 matches in 3 steps\. Undo to restore\.$/);
    await keyboard.press("Escape");
    await expect(page.getByRole("search")).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Actions for Tell them" })).toBeFocused();
  });

  await test.step("edit the flow as JSON", async () => {
    await keyboard.tabBackTo(page.getByRole("link", { name: "JSON" }));
    await keyboard.press("Enter");
    const text = page.getByRole("textbox", { name: "Flow (JSON)" });
    await keyboard.tabTo(text);
    await keyboard.press("ControlOrMeta+Home", "ArrowDown", "End", "ArrowLeft", "ArrowLeft");
    await keyboard.type(", typed");
    await pressAndExpectSaid("ControlOrMeta+Enter", "Applied. Undo to restore.");
    await expect(page.getByRole("heading", { level: 1, name: "By hand, typed" })).toBeVisible();
    await keyboard.tabBackTo(page.getByRole("link", { name: "Steps", exact: true }));
    await keyboard.press("Enter");
    await expect(editor.list).toBeVisible();
  });

  await test.step("save and publish", async () => {
    await keyboard.press("ControlOrMeta+s");
    await expect(editor.status).toHaveText("Saved");
    await keyboard.tabBackTo(page.getByRole("button", { name: "Publish", exact: true }));
    await keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: /^Publish “/ });
    const publish = dialog.getByRole("button", { name: "Publish", exact: true });
    const confirmErrors = dialog.getByRole("checkbox", { name: /^Publish anyway/ });
    const isReady = publish.and(page.locator(":not([aria-disabled])"));
    await expect(isReady.or(confirmErrors).first()).toBeVisible();
    if (await confirmErrors.isVisible()) {
      await keyboard.tabTo(confirmErrors);
      await keyboard.press("Space");
    }
    await keyboard.tabTo(publish);
    await keyboard.press("Enter");
    await expect(dialog).toHaveCount(0);
    await expect(page.getByText("Published v1")).toBeVisible();
  });

  const flow = await api.getFlow(id);
  expect(flow.name).toBe("By hand, typed");
  expect(flow.publishedVersionNumber).toBe(1);
  expect(flow.hasUnpublishedChanges).toBe(false);
  const [fetchStep, route] = flow.flowSteps;
  expect(namesIn(flow.flowSteps)).toEqual(["Fetch body", "Route"]);
  expect(fetchStep).toMatchObject({
    config: { outputVariable: "body", http: { url: "https://a.example/body" } },
  });
  expect(route).toMatchObject({
    config: {
      condition: "body.size > 1",
      trueSteps: [{ name: "Sum up", config: { userPrompt: "Sum up {{body}}" } }],
      falseSteps: [{ name: "Tell them", enabled: false }],
    },
  });
  keyboard.expectGoodStops();
});

test("keys pressed faster than the page renders are all handled", async ({ page, api }) => {
  const steps = ["a", "b", "c", "d", "e"].map((id) => buildStep(id));
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Quick", steps));
  const pressAtOnce = (...keys: readonly { key: string; shiftKey?: boolean }[]) =>
    page.evaluate((inits) => {
      for (const init of inits)
        document.activeElement?.dispatchEvent(
          new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true }),
        );
    }, keys);
  await editor.row("A").focus();
  await pressAtOnce({ key: "ArrowDown" }, { key: "ArrowDown" });
  await expect(editor.row("C")).toBeFocused();
  await pressAtOnce({ key: "ArrowDown", shiftKey: true }, { key: "ArrowDown", shiftKey: true });
  await expect(editor.row("E")).toBeFocused();
  await editor.expectSaid("3 steps selected.");
});
