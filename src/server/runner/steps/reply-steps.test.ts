import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { JsonObject } from "#core/json.ts";
import { createRunHarness } from "#server/testing/run-harness.ts";
import { step } from "#server/testing/sample-steps.ts";

const mails: { from: string; to: readonly string[]; text: string }[] = [];
let isSilent = false;
let smtp: SMTPServer;
let harness: ReturnType<typeof createRunHarness>;

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo: ({ address }, _, callback) =>
      callback(address.startsWith("nobody") ? new Error("no such mailbox") : null),
    onData: (stream, { envelope }, callback) => {
      const chunks: Uint8Array[] = [];
      stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      stream.on("end", () => {
        mails.push({
          from: envelope.mailFrom === false ? "" : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString(),
        });
        if (!isSilent) callback();
      });
    },
  });
  await new Promise<void>((resolve) => void smtp.listen(0, "127.0.0.1", resolve));
  const { port } = smtp.server.address() as AddressInfo;
  harness = createRunHarness({ smtpUrl: `smtp://127.0.0.1:${port}`, secrets: { KEY: "geheim-1" } });
});
afterAll(async () => {
  await harness.runner.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

const email = (config: JsonObject): JsonObject =>
  step("a", "send-email", {
    from: "flow@example.com",
    to: "{{who}}@example.com",
    subject: "For {{who}}",
    html: "<p>Hi {{who}}</p>",
    outputVariable: "a",
    ...config,
  });
const inputs = { who: "ada" };

it("sends an email", async () => {
  const ran = await harness.run([email({ text: "Hi" })], { inputs });
  expect(ran.of("a").output).toMatchObject({ accepted: ["ada@example.com"], rejected: [] });
  expect(mails.at(-1)).toMatchObject({ from: "flow@example.com", to: ["ada@example.com"] });
  expect(mails.at(-1)?.text).toMatch(/Subject: For ada[\s\S]+Hi[\s\S]+<p>Hi ada<\/p>/);
});

it("lets no value add a header, a recipient or a file", async () => {
  const before = mails.length;
  await harness.run([email({ subject: "a\r\nBcc: eve@example.com" })], { inputs });
  expect(mails.at(-1)?.to).toEqual(["ada@example.com"]);
  expect(mails.at(-1)?.text).not.toMatch(/^Bcc:/m);
  await harness.run([email({ html: { path: "/etc/passwd" } })], { inputs });
  expect(mails.at(-1)?.text).not.toContain("root:");
  expect(mails.length).toBe(before + 2);
});

it.each<[string, JsonObject, RegExp]>([
  ["a mailbox that is not there", { to: "nobody@example.com" }, /did not take the email: .*no such mailbox/],
  ["nobody to send to", { to: "{{none}}" }, /address to send to, and what is written there came out empty/],
  ["no sender", { from: "" }, /address that the email comes from/],
  ["nothing to say", { html: "", text: "" }, /says nothing/],
])("fails for %s", async (_, config, sentence) => {
  expect((await harness.run([email(config)], { inputs })).of("a").error).toMatch(sentence);
});

it("ends when the run is cancelled", async () => {
  isSilent = true;
  const controller = new AbortController();
  const before = mails.length;
  const running = harness.run([email({})], { inputs }, { signal: controller.signal });
  await expect.poll(() => mails.length).toBe(before + 1);
  controller.abort();
  expect((await running).outcome.status).toBe("cancelled");
  // Nothing is left that could go on sending.
  await expect.poll(() => smtp.connections.size).toBe(0);
  isSilent = false;
});

it("says which setting is missing", async () => {
  const none = createRunHarness();
  expect((await none.run([email({})], { inputs })).of("a").error).toMatch(/SMTP_URL is not set/);
  await none.runner.close();
});

it("tells an event, without a payload that is too long for the stream", async () => {
  const event = (payload: JsonObject) =>
    step("a", "send-event", { eventType: "order.{{who}}", payload, outputVariable: "a" });
  await harness.run([event({ n: "{{n}}", text: "for {{who}}" })], { inputs: { ...inputs, n: 3 } });
  expect(harness.events.at(-1)).toEqual({
    eventType: "order.ada",
    payload: { n: 3, text: "for ada" },
    flowId: "flow_1",
    executionId: "exec_1",
  });
  const long = await harness.run([event({ text: "x".repeat(5000) })], { inputs });
  expect(harness.events.at(-1)).not.toHaveProperty("payload");
  expect(long.of("a").output).toMatchObject({ isPayloadSent: false });
});

it("tells no secret by an event", async () => {
  await harness.run([step("a", "send-event", { eventType: "e", payload: { key: "<{{secret:KEY}}>" } })]);
  expect(harness.events.at(-1)).toMatchObject({ payload: { key: "<•••>" } });
});

it("streams a variable or a message", async () => {
  const ran = await harness.run(
    [
      step("a", "send-stream", { sourceVariable: "data.list" }),
      step("b", "send-stream", { message: "for {{who}}" }),
      step("c", "send-stream", {}),
    ],
    { inputs: { ...inputs, data: { list: [1] } } },
  );
  expect(ran.of("a").output).toEqual([1]);
  expect(JSON.parse(ran.textOf("a"))).toEqual([1]);
  expect(ran.textOf("b")).toBe("for ada");
  expect(ran.of("c").error).toMatch(/needs a variable or a message/);
});
