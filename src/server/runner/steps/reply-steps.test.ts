import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { createSampleStep } from "#server/testing/sample-steps.ts";

const mails: { from: string; to: readonly string[]; text: string }[] = [];
let isSilent = false;
let smtp: SMTPServer;
let harness: ReturnType<typeof createFlowRunHarness>;

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
  harness = createFlowRunHarness({ smtpUrl: `smtp://127.0.0.1:${port}`, secrets: { KEY: "geheim-1" } });
});
afterAll(async () => {
  await harness.runner.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

const email = (config: JsonObject): JsonObject =>
  createSampleStep("a", "send-email", {
    from: "flow@example.com",
    to: "{{who}}@example.com",
    subject: "For {{who}}",
    html: "<p>Hi {{who}}</p>",
    outputVariable: "a",
    ...config,
  });
const inputs = { who: "ada" };

it("a send-email step sends an email", async () => {
  const ran = await harness.run([email({ text: "Hi" })], { inputs });
  expect(ran.of("a").output).toMatchObject({ accepted: ["ada@example.com"], rejected: [] });
  expect(mails.at(-1)).toMatchObject({ from: "flow@example.com", to: ["ada@example.com"] });
  expect(mails.at(-1)?.text).toMatch(/Subject: For ada[\s\S]+Hi[\s\S]+<p>Hi ada<\/p>/);
});

it("a send-email step repeats an email with the same Message-ID, and uses another one in a new run", async () => {
  const send = async (idempotencyKey: string, from: string) => {
    await harness.run([email({ from })], { inputs, idempotencyKey });
    return /^Message-ID: (.+)$/im.exec(mails.at(-1)?.text ?? "")?.[1]?.trim();
  };
  const first = await send("run_1", "Flow <flow@mail.example.com>");
  expect(first).toMatch(/^<[\w-]{43}@mail\.example\.com>$/);
  expect(await send("run_1", "flow@mail.example.com")).toBe(first);
  expect(await send("run_2", "flow@mail.example.com")).not.toBe(first);
  // Replaces a domain that is not ASCII, which a Message-ID does not allow.
  expect(await send("run_1", "flow@bücher.example")).toMatch(/^<[\w-]{43}@flowline\.invalid>$/);
});

it("no value can inject a header, a recipient or a file into an email", async () => {
  const before = mails.length;
  for (const sign of ["\r\n", "\n", "\r", "\0", "\v", "\u007F", "\u0085", "\u2028"]) {
    for (const field of ["to", "from", "subject"]) {
      const given = { inputs: { ...inputs, more: `x${sign}Bcc: eve@example.com` } };
      const ran = await harness.run([email({ [field]: "ada@example.com{{more}}" })], given);
      expect(ran.of("a").error).toBe(
        `“${field}” of the email contains a line break or another control character. Remove it.`,
      );
    }
  }
  const list = { to: ["ada@example.com", "bo@example.com\nBcc: eve@example.com"] };
  expect((await harness.run([email(list)])).of("a").error).toMatch(
    /^“to” of the email contains a line break/,
  );
  expect(mails.length).toBe(before);
  await harness.run([email({ html: { path: "/etc/passwd" } })], { inputs });
  expect(mails.at(-1)?.text).not.toContain("root:");
  expect(mails.length).toBe(before + 1);
});

it("a send-email step limits an email to 50 recipients in every notation", async () => {
  const people = (count: number) => Array.from({ length: count }, (_, index) => `p${index}@example.com`);
  const before = mails.length;
  const sent = await harness.run([email({ to: people(50) })], { inputs });
  expect(sent.of("a").output).toMatchObject({ accepted: people(50) });
  for (const to of [
    people(51),
    people(2000),
    people(51).join(", "),
    people(51).join(";"),
    `Team: ${people(51).join(", ")};`,
    people(26).flatMap((address) => [`${address}, x${address}`]),
    "{{list}}",
  ]) {
    const ran = await harness.run([email({ to })], { inputs: { ...inputs, list: people(51).join(",") } });
    expect(ran.of("a").error).toMatch(
      /^The email has \d+ recipients; the limit is 50 \(FLOWLINE_MAIL_RECIPIENT_LIMIT\)\./,
    );
  }
  expect(mails.length).toBe(before + 1);
});

it.each<[string, JsonObject, RegExp]>([
  ["an unknown mailbox", { to: "nobody@example.com" }, /rejected the email: .*no such mailbox/],
  ["a missing recipient", { to: "{{none}}" }, /To is empty once its variables are filled in/],
  ["a missing sender", { from: "" }, /From is required/],
  ["a subject of a megabyte", { subject: "x".repeat(1_000_000) }, /“subject” of the email exceeds 1000/],
  ["recipients of a megabyte", { to: ",".repeat(1_000_000) }, /“to” of the email exceeds 50000/],
  ["an empty message", { html: "", text: "" }, /Message is required/],
])("an email step fails with %s", async (_, config, sentence) => {
  expect((await harness.run([email(config)], { inputs })).of("a").error).toMatch(sentence);
});

it("an email step closes the connection to the mail server when the run is cancelled", async () => {
  isSilent = true;
  const controller = new AbortController();
  const before = mails.length;
  const running = harness.run([email({})], { inputs }, { signal: controller.signal });
  await expect.poll(() => mails.length).toBe(before + 1);
  controller.abort();
  expect((await running).outcome.status).toBe("cancelled");
  // Waits until no connection is open, after which the email cannot be sent any more.
  await expect.poll(() => smtp.connections.size).toBe(0);
  isSilent = false;
});

it("an email step without a mail server names the missing setting", async () => {
  const none = createFlowRunHarness();
  expect((await none.run([email({})], { inputs })).of("a").error).toMatch(/set FLOWLINE_SMTP_URL/);
  await none.runner.close();
});

it("a send-event step publishes an event, and omits a payload that is too long for the stream", async () => {
  const event = (payload: JsonObject) =>
    createSampleStep("a", "send-event", { eventType: "order.{{who}}", payload, outputVariable: "a" });
  await harness.run([event({ n: "{{n}}", text: "for {{who}}" })], { inputs: { ...inputs, n: 3 } });
  expect(harness.events.at(-1)).toEqual({
    id: expect.stringMatching(/^[\w-]{43}$/),
    eventType: "order.ada",
    payload: { n: 3, text: "for ada" },
    flowId: "flow_1",
    executionId: "exec_1",
  });
  const long = await harness.run([event({ text: "x".repeat(5000) })], { inputs });
  expect(harness.events.at(-1)).not.toHaveProperty("payload");
  expect(long.of("a").output).toMatchObject({ isPayloadSent: false });
});

it("a send-event step redacts secrets in the event", async () => {
  await harness.run([
    createSampleStep("a", "send-event", { eventType: "e", payload: { key: "<{{secret:KEY}}>" } }),
  ]);
  expect(harness.events.at(-1)).toMatchObject({ payload: { key: "<•••>" } });
});

it("a send-stream step streams a variable or a message", async () => {
  const ran = await harness.run(
    [
      createSampleStep("a", "send-stream", { sourceVariable: "data.list" }),
      createSampleStep("b", "send-stream", { message: "for {{who}}" }),
      createSampleStep("c", "send-stream", {}),
    ],
    { inputs: { ...inputs, data: { list: [1] } } },
  );
  expect(ran.of("a").output).toEqual([1]);
  expect(JSON.parse(ran.textOf("a"))).toEqual([1]);
  expect(ran.textOf("b")).toBe("for ada");
  expect(ran.of("c").error).toMatch(/Message is required/);
});
