import { EditorPageObject } from "#e2e/harness/editor.ts";
import type { RealApiStandIn } from "#e2e/harness/real-api/start.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

// The API returns some step fields only with the flow, others only in the list of its steps. A save replaces
// whole steps, so it must send the fields of both responses.

const STEPS = [
  { id: "fetch", type: "fetch-url", name: "Fetch", config: { http: { url: "https://example.com" } } },
  { id: "ask", type: "prompt", name: "Ask", when: "fetched", config: { model: "gpt-5", userPrompt: "Hi" } },
  { id: "send", type: "send-email", name: "Send", when: "asked", config: { to: "me@example.com" } },
];

const LIST_OF_STEPS = { method: "GET", path: "/v1/flow-steps/flow/:flowId" };

const conditionsOf = ({ state }: RealApiStandIn, flowId: string) =>
  state.getFlow(flowId).steps.map(({ when }) => when);

test(
  "step fields that the API returns in only one of two responses survive a save",
  { tag: "@full" },
  async ({ page, problems, startCloudServer }) => {
    problems.allow(/status of (404|412|428|503)/);
    const { url, realApi } = await startCloudServer({ switches: { stepsWithoutWhen: true } });
    const editor = new EditorPageObject(page);
    const openFlow = async (name: string) => {
      const { id } = realApi.state.addFlow(name, STEPS);
      realApi.takeCounts();
      await page.goto(`${url}/flows/${id}`);
      await editor.expectSteps(["Fetch", "Ask", "Send"]);
      return id;
    };
    const notice = page.getByRole("region", { name: "Step fields" });
    const banner = page.getByRole("alert").filter({ hasText: "Couldn’t save." });
    const useApi = () => {
      realApi.resetSwitches();
      realApi.setSwitches({ stepsWithoutWhen: true });
    };

    await test.step("only a save of steps waits for step fields that could not be read", async () => {
      realApi.planAnswer({ ...LIST_OF_STEPS, status: 503, body: "<html>" });
      const id = await openFlow("Unread");
      await expect(notice).toContainText(
        "Run conditions may be missing. The API did not return the list of steps (503). Saving asks first.",
      );
      await notice.getByRole("button", { name: "Retry" }).click();
      await editor.expectSaid("Run conditions may still be missing.");
      await editor.renameFlow("Unread flow");
      await editor.save();
      await expect(editor.status).toHaveText("Saved");
      await editor.renameStep("Fetch", "Load");
      await editor.saveButton.click();
      await expect(banner).toContainText("Saving could delete run conditions. Edits are kept");
      await expect(notice).toHaveCount(0);
      await expectNoAccessibilityViolationsInBothThemes(page, "a save without step fields");
      expect(realApi.state.getFlow(id).steps[0]?.["name"]).toBe("Fetch");
      useApi();
      await banner.getByRole("button", { name: "Retry" }).click();
      await expect(editor.status).toHaveText("Saved");
      expect(conditionsOf(realApi, id)).toEqual([undefined, "fetched", "asked"]);
      expect(realApi.state.getFlow(id).steps[0]?.["name"]).toBe("Load");
      await editor.row("Send").click();
      await expect(page.getByRole("combobox", { name: "Condition 1: field" })).toHaveValue("asked");
    });

    await test.step("the user can save without a list of steps, which is then not requested again", async () => {
      realApi.planAnswer({ ...LIST_OF_STEPS, status: 404, body: '{"error":"Not found"}' });
      const id = await openFlow("Listless");
      await editor.renameStep("Fetch", "Load");
      await editor.saveButton.click();
      await banner.getByRole("button", { name: "Save anyway" }).click();
      await expect(editor.status).toHaveText("Saved");
      expect(conditionsOf(realApi, id)).toEqual([undefined, undefined, undefined]);
      realApi.takeCounts();
      await editor.renameStep("Load", "Fetch");
      await editor.save();
      await expect(editor.status).toHaveText("Saved");
      expect(realApi.takeCounts()[`GET ${LIST_OF_STEPS.path}`]).toBeUndefined();
    });
  },
);
