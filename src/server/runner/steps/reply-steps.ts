import { type JsonValue, isJsonObject } from "#core/json.ts";
import { toText } from "#server/runner/fill-templates.ts";
import { type StepCall, configValue, filledText, neededText } from "#server/runner/step-call.ts";
import { StepFailure } from "#server/runner/step-failure.ts";

/** Bytes of an event's payload that the stream of events takes. */
const PAYLOAD_LIMIT = 4000;
const EVENT_NAME_LIMIT = 200;

export async function runSendEmail(call: StepCall): Promise<JsonValue> {
  const to = Array.isArray(call.config["to"])
    ? call.config["to"].map((address: JsonValue) => toText(call.filler.value(address))).join(", ")
    : neededText(call, "an address to send to", "to");
  const html = filledText(call, "html");
  const text = filledText(call, "text", "body");
  if (html === "" && text === "") throw new StepFailure("The email says nothing: write a message.");
  const sent = await call.tools.mailer.send(
    {
      from: neededText(call, "an address that the email comes from", "from"),
      to,
      subject: filledText(call, "subject"),
      html: html === "" ? undefined : html,
      text: text === "" ? undefined : text,
    },
    call.signal,
  );
  return { ...sent };
}

/** Tells those who listen to this server's events. */
export async function runSendEvent(call: StepCall): Promise<JsonValue> {
  const eventType = neededText(call, "the name of an event", "eventType");
  if (eventType.length > EVENT_NAME_LIMIT) {
    throw new StepFailure(`The name of the event is longer than ${EVENT_NAME_LIMIT} characters.`);
  }
  const payload = call.filler.value(configValue(call, "payload") ?? null);
  const isLong = Buffer.byteLength(JSON.stringify(payload)) > PAYLOAD_LIMIT;
  await call.tools.tellEvent(call.plan.caller, {
    eventType,
    ...(!isLong && payload !== null && { payload }),
    flowId: call.plan.flow.id,
    executionId: call.plan.executionId,
  });
  return { eventType, payload, isPayloadSent: !isLong };
}

/** Tells a value, or a message, as text of this step while the flow goes on. */
export async function runSendStream(call: StepCall): Promise<JsonValue> {
  const source = configValue(call, "sourceVariable");
  if (source === undefined) {
    const message = neededText(call, "a variable or a message to send", "message");
    await call.say(message);
    return message;
  }
  const value = typeof source === "string" ? call.filler.variable(source) : call.filler.value(source);
  const text = isJsonObject(value) || Array.isArray(value) ? JSON.stringify(value, null, 2) : toText(value);
  if (text !== "") await call.say(text);
  return value;
}
