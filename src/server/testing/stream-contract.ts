import * as z from "zod/mini";
import type { ReceivedServerSentEvent } from "./event-reader.ts";

// The stream format published on 2026-08-20: all members that it documents for runs of flows, with their types. Other
// members are allowed; a missing or mistyped one is not.

const base = { executionId: z.string(), seq: z.int() };
const kind = z.enum(["agent", "flow"]);
const text = z.optional(z.string());
const number = z.optional(z.number());
const time = z.optional(z.iso.datetime());
const stopReason = z.optional(
  z.enum(["end_turn", "max_tool_calls", "length", "content_filter", "error", "unknown"]),
);
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
  model: text,
  reason: z.optional(z.nullable(z.string())),
  attempts: z.array(
    z.looseObject({
      attempt: z.number(),
      type: z.enum(["retry", "model", "message", "flow"]),
      success: z.boolean(),
      model: text,
      error: text,
    }),
  ),
});
const step = { ...base, id: z.string(), name: text, stepType: text };
const place = { index: number, totalSteps: number };
const typed = <Name extends string, Members extends z.core.$ZodLooseShape>(name: Name, members: Members) =>
  z.looseObject({ type: z.literal(name), ...members });

const PUBLISHED_EVENTS: Readonly<Record<string, z.core.$ZodType>> = {
  execution_start: typed("execution_start", {
    ...base,
    kind,
    startedAt: z.iso.datetime(),
    agentId: text,
    agentName: text,
    flowId: text,
    flowName: text,
    maxTurns: number,
    source: text,
    totalSteps: number,
    config: z.optional(z.record(z.string(), z.unknown())),
  }),
  execution_complete: typed("execution_complete", {
    ...base,
    kind,
    success: z.boolean(),
    totalSteps: number,
    successfulSteps: number,
    failedSteps: number,
    stepErrorCount: number,
    iterations: number,
    finalOutput: text,
    durationMs: number,
    totalCost: number,
    totalTokensUsed: number,
    totalTokens: z.optional(z.looseObject({ input: z.number(), output: z.number() })),
    stopReason: text,
    completedAt: time,
  }),
  execution_error: typed("execution_error", {
    ...base,
    kind,
    error,
    code: text,
    blockReason: text,
    upgradeUrl: text,
    completedAt: time,
  }),
  step_start: typed("step_start", { ...step, ...place, outputVariable: text, startedAt: time }),
  step_skip: typed("step_skip", { ...step, ...place, when: text, skippedAt: time }),
  step_complete: typed("step_complete", {
    ...step,
    success: z.optional(z.boolean()),
    error: text,
    durationMs: number,
    cost: number,
    tokensUsed: number,
    stopReason,
    completedAt: time,
    unresolvedVariables: z.optional(z.array(z.string())),
    fallback: z.optional(fallback),
  }),
  text_start: typed("text_start", {
    ...base,
    id: z.string(),
    stepId: text,
    turnId: text,
    parentToolCallId: text,
    role: z.optional(z.enum(["user", "assistant", "system"])),
  }),
  text_delta: typed("text_delta", { ...base, id: z.string(), delta: z.string() }),
  text_complete: typed("text_complete", { ...base, id: z.string(), text }),
  error: typed("error", { ...base, error, recoverable: z.optional(z.boolean()) }),
  ping: typed("ping", { ...base, timestamp: z.iso.datetime() }),
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
    const schema = PUBLISHED_EVENTS[event];
    if (!schema) return report("is not a published event");
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
