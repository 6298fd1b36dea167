import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

// The tests block storage, broadcast channels and locks together, because a browser that blocks a site's storage may
// also block the other two.

test.beforeEach(({ page }) =>
  page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
    for (const name of ["indexedDB", "localStorage", "sessionStorage"])
      Object.defineProperty(window, name, { get: refuse });
    Object.defineProperty(window, "BroadcastChannel", { value: refuse });
    const refuseLater = async () => refuse();
    Object.assign(navigator.locks, { request: refuseLater, query: refuseLater });
  }),
);

test("flows can be edited, saved and updated live when the browser blocks storage, locks and channels", async ({
  page,
  api,
}) => {
  const begun = page.waitForRequest("**/local/events*");
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await begun;
  await editor.switchOf("Fetch").click();
  await expect(page.getByText(/doesn’t allow keeping edits on this device/).first()).toBeVisible();
  await editor.save();
  expect((await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);
  await api.updateFlow(flow.id, { name: "Theirs" });
  await expect(page.getByRole("heading", { level: 1, name: "Theirs" })).toBeVisible();
});
