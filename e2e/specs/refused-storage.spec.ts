import { openFlow } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

// Some browsers, told to keep nothing for a site, refuse more than storage: channels between tabs, and locks.

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

test("where a browser refuses all that outlives a page, flows are edited, saved and heard of all the same", async ({
  page,
  api,
}) => {
  const begun = page.waitForRequest("**/local/events*");
  const { flow, editor } = await openFlow({ page, api });
  await begun;
  await editor.switchOf("Fetch").click();
  await expect(page.getByText(/does not let the page keep your edits on this device/).first()).toBeVisible();
  await editor.save();
  expect((await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);
  await api.updateFlow(flow.id, { name: "Theirs" });
  await expect(page.getByRole("heading", { level: 1, name: "Theirs" })).toBeVisible();
});

test("so it is where there are no locks to be refused", async ({ page, api }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, "locks", { value: undefined }));
  const { editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  await expect(page.getByText(/does not let the page keep your edits on this device/).first()).toBeVisible();
  await editor.save();
});
