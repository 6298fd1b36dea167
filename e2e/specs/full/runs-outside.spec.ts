import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { startFakeMailServer } from "#e2e/harness/mail-sink.ts";
import { startFakeModelServer } from "#e2e/harness/model-stub.ts";
import { RunsPageObject } from "#e2e/harness/runs.ts";
import { startFakeHttpRequestTargetSite } from "#e2e/harness/target.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("a run fetches a page, prompts a model and sends a mail for each record, and can be fixed and retried", async ({
  page,
  startOwnServer,
}) => {
  const [site, mail] = await Promise.all([startFakeHttpRequestTargetSite(), startFakeMailServer()]);
  const model = await startFakeModelServer((prompt) => `Summary of ${/pages\/\w+/.exec(prompt)?.[0]}`);
  page.once("close", () => {
    model.close();
    void Promise.all([site.close(), mail.close()]);
  });
  const { url } = await startOwnServer({
    env: {
      ALLOW_PRIVATE_HTTP: site.host,
      SMTP_URL: mail.url,
      MODEL_BASE_URL: model.url,
      SECRET_TEAM: "desk-77",
      SECRET_TEAM_ALLOW: "prompt",
    },
  });
  const api = new ApiClient(url);
  for (const name of ["Ada", "Grace", "Edsger"]) {
    const metadata = { page: name.toLowerCase(), email: `${name.toLowerCase()}@example.com` };
    await api.call("createRecord", { body: { type: "reader", name, metadata } });
  }
  const flow = await api.createFlow(
    buildFlow("Letters", [
      buildStep("read", {
        type: "fetch-url",
        config: {
          http: { method: "GET", url: `${site.url}/pages/{{_record.metadata.page}}` },
          outputVariable: "text",
        },
      }),
      buildStep("sum", {
        name: "Sum up",
        config: {
          model: "stub-1",
          userPrompt: "Sum up {{text.path}} for {{secret:TEAM}}",
          outputVariable: "summary",
        },
      }),
      buildStep("send", {
        type: "send-email",
        config: {
          from: "desk@example.com",
          to: "{{_record.metadata.mail}}",
          subject: "News",
          text: "{{summary}}",
        },
      }),
    ]),
  );
  const runs = new RunsPageObject(page);
  const editor = new EditorPageObject(page);
  await page.goto(`${url}/flows/${flow.id}`);
  await runs.ask("reader");
  await runs.dialog.getByRole("checkbox", { name: /^Send / }).check();
  await runs.start();
  await expect(page.getByText(/^3 records: 3 failed in /)).toBeVisible();
  expect(mail.mails).toEqual([]);

  await runs.openRecord("Ada");
  await runs.step("Sum up").click();
  const asked = page.getByRole("region", { name: "Result of Sum up" });
  await expect(asked).toContainText("Summary of pages/ada");
  await expect(asked).toContainText("stub-1");
  await expect(asked).toContainText(/10\b.*tokens|tokens.*\b10\b/i);
  await expect(asked).not.toContainText("desk-77");
  expect(model.prompts).toContain("Sum up /pages/ada for desk-77");
  await runs.step("Send").click();
  const failed = page.getByRole("region", { name: "Result of Send" });
  await expect(failed).toContainText("_record.metadata.mail");
  await failed.getByRole("button", { name: "Go to step" }).click();

  await page.getByRole("textbox", { name: "To", exact: true }).fill("{{_record.metadata.email}}");
  await editor.save();
  site.hold();
  await runs.ask("reader");
  await runs.dialog.getByRole("checkbox", { name: /^Send / }).check();
  await runs.start();
  await expect(runs.record("Ada")).toContainText("Running");
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await expect(page.getByText(/^3 records: .*3 cancelled/)).toBeVisible();
  site.letGo();
  expect(mail.mails).toEqual([]);

  await runs.ask("reader");
  await runs.dialog.getByRole("checkbox", { name: /^Send / }).check();
  await runs.start();
  await expect(page.getByText(/^3 records: 3 completed in /)).toBeVisible();
  const sent = mail.mails.map(({ to, text }) => [to[0], /Summary of pages\/\w+/.exec(text)?.[0]]);
  expect(sent.toSorted(([a = ""], [b = ""]) => a.localeCompare(b))).toEqual([
    ["ada@example.com", "Summary of pages/ada"],
    ["edsger@example.com", "Summary of pages/edsger"],
    ["grace@example.com", "Summary of pages/grace"],
  ]);
});
