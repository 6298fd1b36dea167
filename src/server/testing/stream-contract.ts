import * as z from "zod/mini";
import type { ReceivedServerSentEvent } from "./event-reader.ts";

// The stream format published on 2026-08-20: all members that it documents for runs of flows, with their types. Other
// members are allowed; a missing or mistyped one is not.

const time = z.iso.datetime();
const error = z.union([
  z.string(),
  z.looseObject({
    code: z.string(),
    message: z.string(),
    details: z.optional(z.record(z.string(), z.unknown())),
  }),
]);
const fallback = z.looseObject({
  used: z.boolean(),
  exhausted: z.boolean(),
  ...optional(z.string(), "model"),
  reason: z.optional(z.nullable(z.string())),
  attempts: z.array(
    z.looseObject({
      attempt: z.number(),
      type: z.enum(["retry", "model", "message", "flow"]),
      success: z.boolean(),
      ...optional(z.string(), "model error"),
    }),
  ),
});

type Members = Readonly<Record<string, z.core.$ZodType>>;

/** Documents members that may be missing; `names` are separated by spaces. */
function optional(type: z.core.$ZodType, names: string): Members {
  return Object.fromEntries(names.split(" ").map((name) => [name, z.optional(type)]));
}

const texts = (names: string) => optional(z.string(), names);
const numbers = (names: string) => optional(z.number(), names);
const ofRun = { kind: z.enum(["agent", "flow"]), ...optional(time, "completedAt") };
const ofStep = { id: z.string(), ...texts("name stepType"), ...numbers("index totalSteps") };

const MEMBERS: Readonly<Record<string, Members>> = {
  execution_start: {
    kind: ofRun.kind,
    startedAt: time,
    ...texts("agentId agentName flowId flowName source"),
    ...numbers("maxTurns totalSteps"),
    ...optional(z.record(z.string(), z.unknown()), "config"),
  },
  execution_complete: {
    ...ofRun,
    success: z.boolean(),
    ...texts("finalOutput stopReason"),
    ...numbers("totalSteps successfulSteps failedSteps stepErrorCount iterations durationMs"),
    ...numbers("totalCost totalTokensUsed"),
    ...optional(z.looseObject({ input: z.number(), output: z.number() }), "totalTokens"),
  },
  execution_error: { ...ofRun, error, ...texts("code blockReason upgradeUrl") },
  step_start: { ...ofStep, ...texts("outputVariable"), ...optional(time, "startedAt") },
  step_skip: { ...ofStep, ...texts("when"), ...optional(time, "skippedAt") },
  step_complete: {
    ...ofStep,
    ...optional(z.boolean(), "success"),
    ...texts("error"),
    ...numbers("durationMs cost tokensUsed"),
    ...optional(
      z.enum(["end_turn", "max_tool_calls", "length", "content_filter", "error", "unknown"]),
      "stopReason",
    ),
    ...optional(time, "completedAt"),
    ...optional(z.array(z.string()), "unresolvedVariables"),
    ...optional(fallback, "fallback"),
  },
  text_start: {
    id: z.string(),
    ...texts("stepId turnId parentToolCallId"),
    ...optional(z.enum(["user", "assistant", "system"]), "role"),
  },
  text_delta: { id: z.string(), delta: z.string() },
  text_complete: { id: z.string(), ...texts("text") },
  error: { error, ...optional(z.boolean(), "recoverable") },
  ping: { timestamp: time },
};

const TERMINAL: readonly string[] = ["execution_complete", "execution_error"];

/**
 * Lists violations of the published contract as sentences. Checks members, sequence numbers, the order of
 * starts and ends, and the single terminal event at the end. `isCut`: the reader disconnected before the end.
 */
export function listStreamContractViolations(
  events: readonly ReceivedServerSentEvent[],
  { isCut = false }: { readonly isCut?: boolean } = {},
): readonly string[] {
  const found: string[] = [];
  const open = new Map<string, string>();
  const ended = new Set<string>();
  const executionId: unknown = events[0]?.data["executionId"];
  events.forEach(({ event, data }, index) => {
    const report = (sentence: string) => found.push(`${index} ${event}: ${sentence}`);
    const members = MEMBERS[event];
    if (!members) return report("is not a published event");
    const schema = z.looseObject({
      type: z.literal(event),
      executionId: z.string(),
      seq: z.int(),
      ...members,
    });
    for (const { path, message } of z.safeParse(schema, data).error?.issues ?? [])
      report(`${path.join(".")}: ${message}`);
    if (data["seq"] !== index + 1) report(`seq is ${data["seq"]}`);
    if (data["executionId"] !== executionId) report("has another executionId");
    if ((event === "execution_start") !== (index === 0)) report("is not where execution_start belongs");
    if (TERMINAL.includes(event) && index < events.length - 1) report("is terminal, but not the last event");
    const id = `${event.split("_", 1)[0]} ${data["id"]}`;
    if (event.endsWith("_start") && index > 0) {
      if (open.has(id) || ended.has(id)) report("starts twice");
      if (event === "step_start" && [...open.values()].some((kind) => kind === "step"))
        report("starts in a step");
      if (event === "text_start" && !open.has(`step ${data["stepId"]}`)) report("starts outside of its step");
      open.set(id, event.split("_", 1)[0] ?? "");
    } else if (event === "text_delta" && !open.has(id)) report("has no start");
    else if (event === "text_complete" || event === "step_complete" || event === "step_skip") {
      const isOpen = open.delete(id);
      if (isOpen !== (event !== "step_skip") || ended.has(id)) report("does not end what has started");
      ended.add(id);
      if (event === "step_complete" && open.size > 0) report("leaves a text open");
    }
  });
  if (!isCut) {
    if (!TERMINAL.includes(events.at(-1)?.event ?? "")) found.push("no terminal event");
    for (const id of open.keys()) found.push(`${id} does not end`);
  }
  return found;
}
