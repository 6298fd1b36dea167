import type { Page } from "@playwright/test";
import type { JsonObject } from "#core/json/json.ts";
import type { ApiClient } from "#e2e/harness/api.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { type SampleFlowFile, sampleFlowFiles } from "#e2e/harness/sample-flows.ts";
import { expect, test } from "#e2e/harness/test.ts";

const moved = (steps: readonly JsonObject[], from: number, to: number): readonly JsonObject[] =>
  steps
    .toSpliced(from, 1)
    .toSpliced(to, 0, steps[from]!)
    .map((step, order) => ({ ...step, order }));

const changed = (steps: readonly JsonObject[], at: number, change: JsonObject): readonly JsonObject[] =>
  steps.with(at, { ...steps[at], ...change });

const nameAt = (steps: readonly JsonObject[], at: number) => steps.at(at)?.["name"] as string;
const names = (steps: readonly JsonObject[]) => steps.map((step) => step["name"] as string);

/** Creates and opens the flow. The returned `save` compares the request and the stored flow with the expected steps. */
async function openSample(
  { page, api }: { readonly page: Page; readonly api: ApiClient },
  sample: SampleFlowFile,
) {
  const flow = await api.createFlow(sample.body);
  const editor = new EditorPageObject(page);
  await editor.open(flow.id);
  await editor.expectSteps(names(flow.flowSteps));
  let token = flow.versionToken;

  const save = async (expected: { readonly name?: string; readonly flowSteps: readonly JsonObject[] }) => {
    const [request] = await Promise.all([editor.waitForPut(), page.keyboard.press("Control+s")]);
    expect(request.postData()).toBe(JSON.stringify(expected));
    expect(await request.headerValue("if-match")).toBe(`"${token}"`);
    await expect(editor.status).toHaveText("Saved");
    const held = await api.getFlow(flow.id);
    expect(JSON.stringify(held.flowSteps)).toBe(JSON.stringify(expected.flowSteps));
    token = held.versionToken;
  };
  return { flow, steps: flow.flowSteps as readonly JsonObject[], editor, save };
}

for (const sample of sampleFlowFiles) {
  test.describe(sample.file, () => {
    test("the sample flow is stored unchanged", async ({ api }) => {
      const { flowSteps } = await api.createFlow(sample.body);
      const withoutMintedIds = flowSteps.map((step, index) => {
        if ("id" in sample.steps[index]!) return step;
        const { id: _minted, ...rest } = step;
        return rest;
      });
      expect(JSON.stringify(withoutMintedIds)).toBe(JSON.stringify(sample.steps));
    });

    if (sample.steps.length > 1) {
      test("the sample flow can be reordered by mouse, keyboard and menu", async ({ page, api }) => {
        const { steps, editor, save } = await openSample({ page, api }, sample);
        const last = steps.length - 1;

        // Collapses the conditional, because a drop below the row of an expanded conditional moves the step into a
        // branch.
        if (steps.at(-1)?.["type"] === "conditional") await editor.fold(nameAt(steps, -1));
        await editor.dragByMouse(nameAt(steps, 0), nameAt(steps, -1), "beyond");
        let expected = moved(steps, 0, last);
        await editor.expectSteps(names(expected));
        await save({ flowSteps: expected });

        const said = await editor.moveByKeyboard(nameAt(expected, -1), -last);
        // The announcement may continue with the references that the move restores.
        const sentence = `Moved “${nameAt(expected, -1)}” to position 1 of ${steps.length}.`;
        expect(said.at(-1)?.slice(0, sentence.length)).toBe(sentence);
        expected = moved(expected, last, 0);
        await editor.expectSteps(names(expected));
        await save({ flowSteps: expected });

        await editor.chooseFromMenu(nameAt(expected, 0), "Move", "Move down");
        expected = moved(expected, 0, 1);
        await editor.expectSteps(names(expected));
        await save({ flowSteps: expected });

        await editor.chooseFromMenu(nameAt(expected, 1), "Move", "Move up");
        expected = moved(expected, 1, 0);
        await editor.expectSteps(names(expected));
        await save({ flowSteps: expected });

        await page.reload();
        await editor.expectSteps(names(expected));
      });

      test.describe("by touch", () => {
        // Uses a viewport that shows the whole flow. long-flow.spec.ts tests dragging while the list scrolls.
        test.use({ hasTouch: true, viewport: { width: 390, height: 960 } });

        test("the sample flow can be reordered by a long press", async ({ page, api }) => {
          const { steps, editor, save } = await openSample({ page, api }, sample);
          await editor.dragByTouch(nameAt(steps, -1), nameAt(steps, 0), "above");
          const expected = moved(steps, steps.length - 1, 0);
          await editor.expectSteps(names(expected));
          await save({ flowSteps: expected });
        });
      });
    }

    test("the sample flow can be edited, saved, reloaded and published", async ({ page, api }) => {
      const { flow, steps, editor, save } = await openSample({ page, api }, sample);
      const wasOn = steps[0]?.["enabled"] !== false;

      await editor.switchOf(nameAt(steps, 0)).click();
      let expected = changed(steps, 0, { enabled: !wasOn });
      await save({ flowSteps: expected });

      await editor.renameStep(nameAt(steps, -1), "Its last step");
      await editor.renameFlow(`${sample.name} (renamed)`);
      expected = changed(expected, steps.length - 1, { name: "Its last step" });
      await save({ name: `${sample.name} (renamed)`, flowSteps: expected });

      await page.reload();
      await expect(page.getByRole("heading", { level: 1, name: `${sample.name} (renamed)` })).toBeVisible();
      await editor.expectSteps(names(expected));
      await expect(editor.switchOf(nameAt(expected, 0))).toBeChecked({ checked: !wasOn });

      await editor.publish();
      await expect(page.getByText("Published v1")).toBeVisible();
      const published = await api.call("getPublishedVersion", { params: { flowId: flow.id } });
      expect(JSON.stringify(published.flowConfig)).toBe(
        JSON.stringify({ name: `${sample.name} (renamed)`, flowSteps: expected }),
      );
      expect((await api.getFlow(flow.id)).hasUnpublishedChanges).toBe(false);
    });
  });
}
