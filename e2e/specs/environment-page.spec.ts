import { createServer } from "node:http";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

const fetchSecret = (id: string, name: string, key: string) =>
  buildStep(id, {
    type: "fetch-url",
    name,
    config: { http: { method: "GET", url: `https://a.example/?key={{secret:${key}}}` } },
  });

const closers: (() => void)[] = [];
test.afterEach(() => closers.splice(0).forEach((close) => close()));

async function startProvider(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

test("the environment page shows store, models, mail, secrets and limits, but no secret's value", async ({
  page,
  startOwnServer,
}) => {
  const provider = await startProvider((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end('{"data":[{"id":"model-one"}]}');
  });
  const { url } = await startOwnServer({
    env: {
      MODEL_BASE_URL: provider,
      SMTP_URL: "smtp://user:mail-password@mail.example:587",
      SECRET_KNOWN: "known-value-0123",
    },
  });
  const flow = await new ApiClient(url).createFlow(
    buildFlow("Daily", [fetchSecret("a", "Load", "KNOWN"), fetchSecret("b", "Send", "ABSENT")]),
  );
  const bodies: Promise<string>[] = [];
  page.on("response", (response) => {
    if (/\/local\/(?:server|model-server|secrets|environment)$/.test(response.url()))
      bodies.push(response.text().catch(() => ""));
  });
  await page.goto(`${url}/flows`);
  await page.getByRole("link", { name: "Local, environment" }).press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Environment" })).toBeFocused();
  await expect(page.getByText(/^Embedded \(PostgreSQL \d/)).toBeVisible();
  await expect(page.getByText("Reachable")).toBeVisible();
  await expect(page.getByRole("list", { name: "Models" })).toHaveText("model-one");
  await expect(page.getByText("mail.example:587", { exact: true })).toBeVisible();
  await expect(page.getByText("1 missing · 1 any host")).toBeVisible();
  await expect(page.getByText("Flows can send 1 secret to any host.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Limits" })).toContainText("RUN_TIME_LIMIT");
  const description = page.getByRole("link", { name: /^API description/ });
  await expect(description).toHaveAttribute("href", "/v1/openapi.json");
  await expect(page.getByRole("link", { name: /^API reference/ })).toHaveAttribute("href", "/docs");

  const missing = page.getByRole("button", { name: /ABSENT/ });
  await missing.press("Enter");
  await expect(missing).toHaveAttribute("aria-expanded", "true");
  await expect(page.getByText("Set FLOWLINE_SECRET_ABSENT and restart the server.")).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the environment page");
  expect((await Promise.all(bodies)).join("")).not.toMatch(/known-value|mail-password/);

  await page.getByRole("link", { name: "Send", exact: true }).click();
  await expect(page).toHaveURL(`${url}/flows/${flow.id}?step=b`);
});

test(
  "a model server that does not respond is reported within seconds, and the rest of the page stays usable",
  { tag: "@full" },
  async ({ page, startOwnServer }) => {
    let isHtml = false;
    const provider = await startProvider((_, response) => {
      if (isHtml) response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in</h1>");
    });
    const { url } = await startOwnServer({ env: { MODEL_BASE_URL: provider } });
    await page.goto(`${url}/environment`);
    await expect(page.getByText("Checking the model server…")).toBeVisible();
    await expect(page.getByText(/^No secrets\./)).toBeVisible();
    await expect(page.getByText(/^No response within [\d.]+ s/)).toBeVisible({ timeout: 15_000 });

    isHtml = true;
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect(page.getByText("Not a model API")).toBeVisible();
  },
);

test(
  "a missing setting in the problems panel links to the environment page",
  { tag: "@full" },
  async ({ page, startOwnServer }) => {
    const { url } = await startOwnServer();
    const { id } = await new ApiClient(url).createFlow(
      buildFlow("Outside", [fetchSecret("a", "Load", "ABSENT")]),
    );
    const editor = new EditorPageObject(page);
    await editor.open(`${url}/flows/${id}`);
    await editor.problemsButton.click();
    await page.getByRole("link", { name: "Open environment" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Environment" })).toBeFocused();
    await expect(page.getByText("1 missing")).toBeVisible();
  },
);

test(
  "an unreachable server is reported, and the page recovers",
  { tag: "@full" },
  async ({ page, startOwnServer, problems }) => {
    problems.allow(/Failed to load resource|ERR_/);
    const { url } = await startOwnServer();
    await page.route("**/local/server", (route) => route.abort());
    await page.goto(`${url}/environment`);
    const limits = page.getByRole("region", { name: "Limits" });
    await expect(limits).toContainText("No response from the server.");
    await page.unroute("**/local/server");
    await limits.getByRole("button", { name: "Retry" }).click();
    await expect(limits).toContainText("2 MiB");
  },
);

test("if the code of a page cannot be loaded, the rest of the app stays usable and the page can be retried", async ({
  page,
  problems,
}) => {
  problems.allow(/Failed to load resource|ERR_|NetworkError/);
  await page.goto("/flows");
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  await page.evaluate(() => Object.assign(window, { isSameDocument: true }));
  for (const path of ["**/assets/environment-page*", "**/readyz"])
    await page.route(path, (route) => route.abort());
  await page.getByRole("link", { name: "Local, environment" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Couldn’t load this page" })).toBeVisible();
  expect(await page.evaluate(() => "isSameDocument" in window)).toBe(true);
  await page.unrouteAll();
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Environment" })).toBeVisible();
});

test(
  "in cloud mode, the environment page shows the connection and no secrets",
  { tag: "@full" },
  async ({ page, startOwnServer, problems }) => {
    problems.allow(/status of 502/);
    const upstream = await startOwnServer({ env: { EXTRAS: "0", API_KEYS: "upstream-key-0123456789" } });
    const { url } = await startOwnServer({
      env: { RUNTYPE_API_KEY: "upstream-key-0123456789", RUNTYPE_API_URL: upstream.url },
    });
    await page.goto(`${url}/environment`);
    const server = page.getByRole("region", { name: "Server" });
    await expect(server).toContainText("Cloud");
    await expect(server.getByText("Reachable")).toBeVisible();
    await expect(page.getByRole("region", { name: "Secrets" })).toHaveCount(0);
    await upstream.stop();
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect(server.getByText("Not reachable")).toBeVisible();
  },
);
