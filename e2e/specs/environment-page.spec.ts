import { createServer } from "node:http";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
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
