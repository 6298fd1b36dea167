import { expect, it } from "vitest";
import { endpoints } from "#contract/endpoints.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

describeSuiteForEitherStore("the endpoint for the run environment", (store) => {
  const runner = createFakeFlowRunner();
  const env = {
    API_KEYS:
      "reader-key-0123456789=FLOWS:READ,writer-key-0123456789=FLOWS:READ+FLOWS:WRITE,runner-key-0123456789=FLOWS:READ+DISPATCH:EXECUTE,other-key-01234567890=RECORDS:READ",
    MODEL_BASE_URL: "https://models.example/v1",
    SMTP_URL: "smtp://mail.example:587",
    SECRET_API_TOKEN: "s3cr3t-value",
    SECRET_OTHER: "another-value",
    SECRET_OTHER_ALLOW: "prompt, hidden.example",
  };
  const ask = async (key: string | undefined, given: Readonly<Record<string, string>> = env) => {
    const app = await startTestApp(store(), { env: given, runner });
    const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const answer = await app.call("GET", "/local/environment", { headers });
    await app.close();
    return answer;
  };

  it("reports settings and supported step types, but no value of a secret", async () => {
    const answer = await ask("writer-key-0123456789");
    expect(endpoints.getEnvironment.answers[200].safeParse(answer.json).success).toBe(true);
    expect(answer.json).toMatchObject({
      models: true,
      mail: true,
      secrets: [
        { name: "API_TOKEN", stepTypes: ["api-call", "fetch-url"] },
        { name: "OTHER", stepTypes: ["api-call", "fetch-url", "prompt"] },
      ],
    });
    expect(answer.json.stepTypes).toEqual(expect.arrayContaining(["prompt", "conditional", "send-email"]));
    expect(answer.json.stepTypes).not.toContain("crawl");
    for (const value of ["s3cr3t-value", "another-value", "models.example", "mail.example", "hidden.example"])
      expect(JSON.stringify(answer.json)).not.toContain(value);
  });

  it("reports the names of secrets only to callers who may edit or run flows, and refuses requests without a key", async () => {
    expect((await ask("runner-key-0123456789")).json.secrets).toHaveLength(2);
    const reader = await ask("reader-key-0123456789");
    expect(reader.json).toMatchObject({ models: true, mail: true });
    expect(Object.hasOwn(reader.json, "secrets")).toBe(false);
    expect((await ask(undefined)).status).toBe(401);
    expect((await ask("other-key-01234567890")).status).toBe(403);
  });

  it("reports missing settings when nothing is configured", async () => {
    expect((await ask(undefined, {})).json).toMatchObject({ models: false, mail: false, secrets: [] });
  });
});
