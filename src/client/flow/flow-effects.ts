import type { StepEffect } from "#contract/step-description.ts";
import { getStepEffect } from "#contract/step-effects.ts";
import { BRANCH_NAMES, type StepNode } from "#core/document/flow-document.ts";
import { getStepCondition, isStepEnabled } from "#core/document/step.ts";
import { formatCount } from "#client/ui/format/format-count.ts";

/** How often a run has an effect: `least` without the steps that a condition may skip. */
interface EffectCount {
  readonly least: number;
  readonly most: number;
}

/** The number of each effect in one run of a flow. */
export type FlowEffects = ReadonlyMap<StepEffect, EffectCount>;

const NONE: EffectCount = { least: 0, most: 0 };

/** Counts the effects of the enabled steps in one run that no error ends. Of two branches, only one runs. */
export function countFlowEffects(steps: readonly StepNode[]): FlowEffects {
  const total = new Map<StepEffect, EffectCount>();
  const add = (effect: StepEffect, { least, most }: EffectCount) => {
    const before = total.get(effect) ?? NONE;
    total.set(effect, { least: before.least + least, most: before.most + most });
  };
  for (const node of steps) {
    if (!isStepEnabled(node)) continue;
    const isOptional = getStepCondition(node).trim() !== "";
    const own = getStepEffect(node);
    if (own !== undefined) add(own, { least: isOptional ? 0 : 1, most: 1 });
    const branches = BRANCH_NAMES.map((branch) => countFlowEffects(node.branches?.[branch] ?? []));
    for (const [effect, { least, most }] of countEitherEffects(branches))
      add(effect, { least: isOptional ? 0 : least, most });
  }
  return total;
}

/** Counts the effects if any one of several flows or branches runs. */
export function countEitherEffects(choices: readonly FlowEffects[]): FlowEffects {
  const effects = new Set(choices.flatMap((counts) => [...counts.keys()]));
  const total = [...effects].map((effect) => {
    const counts = choices.map((choice) => choice.get(effect) ?? NONE);
    const least = Math.min(...counts.map((count) => count.least));
    return [effect, { least, most: Math.max(...counts.map((count) => count.most)) }] as const;
  });
  return new Map(total);
}

const SENT = { email: "email", text: "text message", request: "request", event: "event" } as const;
const SENT_EFFECTS = ["email", "text", "request", "event"] as const;

/** Such as “up to 12 emails and 4 requests”, for each record if `records` is unknown. Undefined for none. */
export function describeSentEffects(effects: FlowEffects, records: number | undefined): string | undefined {
  const sent = SENT_EFFECTS.filter((effect) => effects.has(effect));
  if (sent.length === 0) return undefined;
  const counts = sent.map((effect) =>
    formatCount((effects.get(effect)?.most ?? 0) * (records ?? 1), SENT[effect]),
  );
  const isLimit = sent.some((effect) => effects.get(effect)?.least !== effects.get(effect)?.most);
  return `${isLimit ? "up to " : ""}${joinWithAnd(counts)}${records === undefined ? " for each record" : ""}`;
}

/** Says which effects are real in a test run, such as “Emails and requests are really sent.”; else empty. */
export function describeRealEffects(effects: FlowEffects): string {
  const sent = joinWithAnd(
    SENT_EFFECTS.filter((effect) => effects.has(effect)).map((effect) => `${SENT[effect]}s`),
  );
  const sentences = [
    sent !== "" && `${sent.charAt(0).toUpperCase()}${sent.slice(1)} are really sent.`,
    effects.has("record") && "Records are really written.",
  ];
  return sentences.filter(Boolean).join(" ");
}

function joinWithAnd(parts: readonly string[]): string {
  const [last = "", ...others] = parts.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(", ")} and ${last}`;
}
