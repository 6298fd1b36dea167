import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

test(
  "/docs shows the API of this server in the theme of the dashboard, without requests to other servers",
  { tag: "@full" },
  async ({ page, server, problems }) => {
    const foreign: string[] = [];
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${server.url}/`) && !url.startsWith("data:")) foreign.push(url);
    });
    await page.goto("/flows");
    await page.getByRole("button", { name: "Help", exact: true }).click();
    const [docs] = await Promise.all([
      page.waitForEvent("popup"),
      page.getByRole("menuitem", { name: "API reference" }).click(),
    ]);
    await expect(docs.getByRole("heading", { level: 1, name: "Flowline" })).toBeVisible();
    await docs.close();

    await page.emulateMedia({ colorScheme: "dark" });
    const response = await page.goto("/docs");
    const policy = (await response?.headerValue("content-security-policy")) ?? "";
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self';");
    expect(
      (await page.request.get("/flows", { headers: { accept: "text/html" } })).headers(),
    ).not.toHaveProperty("content-security-policy", expect.stringContaining("unsafe-inline"));
    await expect(page.getByRole("heading", { level: 1, name: "Flowline" })).toBeVisible();
    await expect(page.locator("body")).toHaveClass(/dark-mode/);
    await page.emulateMedia({ colorScheme: "light" });
    await expect(page.locator("body")).toHaveClass(/light-mode/);

    const menu = page.getByRole("complementary", { name: "Sidebar for Flowline" });
    await menu.getByRole("button", { name: "Open Group - Flows" }).click();
    await menu.getByRole("link", { name: /Change a flow/ }).click();
    await expect(page.getByRole("heading", { name: /^Change a flow/ }).first()).toBeVisible();
    await expect(page.getByText("Version token of the flow that the caller read").first()).toBeVisible();
    expect(foreign).toEqual([]);
    await expectNoAccessibilityViolations(page, "the API reference");

    await page.route("**/local/openapi.json", (route) => route.abort());
    problems.allow(/openapi\.json|ERR_FAILED/);
    await page.goto("/docs");
    await expect(page.getByRole("alert")).toHaveText("Check that the server is running, then retry.");
    await page.unroute("**/local/openapi.json");
    await page.getByRole("button", { name: "Retry" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Flowline" })).toBeVisible();
  },
);

test(
  "/docs says in cloud mode which API answers, and links to its description",
  { tag: "@full" },
  async ({ page, startCloudServer }) => {
    const { url, realApi } = await startCloudServer();
    await page.goto(`${url}/docs`);
    await expect(page.getByRole("heading", { level: 1, name: "Flowline" })).toBeVisible();
    await expect(
      page.getByText(`This server runs in cloud mode: ${realApi.url} answers the paths`),
    ).toBeVisible();
    await expect(page.getByRole("link", { name: "own description" })).toHaveAttribute(
      "href",
      `${realApi.url}/v1/openapi.json`,
    );
  },
);
