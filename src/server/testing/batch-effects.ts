import { createServer } from "node:http";
import type { JsonObject } from "#core/json/json.ts";
import { buildStep } from "#core/testing/flow-builder.ts";
import { startListening } from "#server/http-server.ts";

/** A request by which a step of a run changes something outside of the server. */
export interface Effect {
  readonly batch: string;
  /** Index of the record in its batch. */
  readonly record: number;
  /** Number of the step among those with effects, from 1. */
  readonly step: number;
  /** Name of the server process that ran the step; see {@link WORKER_NAME_SECRET}. */
  readonly worker: string;
  readonly idempotencyKey: string | undefined;
}

/** Name of the secret that contains the name of a server process. Effect steps send it in a header. */
export const WORKER_NAME_SECRET = "WORKER_NAME";

export interface BatchEffectReceiver {
  readonly address: string;
  readonly effects: readonly Effect[];
  /**
   * Calls `act` with each new effect, and responds when it has resolved. Returns a function that stops the
   * calls.
   */
  onEffect(act: (effect: Effect) => void | Promise<void>): () => void;
  /** Builds a step that sends an effect; `label` names its batch. */
  buildEffectStep(label: string, step: number): JsonObject & { readonly id: string };
  close(): void;
}

/** Starts an HTTP server that records effects of steps in the order in which they arrive. */
export async function startBatchEffectReceiver(): Promise<BatchEffectReceiver> {
  const effects: Effect[] = [];
  const observers = new Set<(effect: Effect) => void | Promise<void>>();
  const server = createServer((request, response) => {
    const [, , batch = "", record = "", step = ""] = (request.url ?? "").split("/");
    const key = request.headers["idempotency-key"];
    const effect = {
      batch,
      record: Number(record),
      step: Number(step),
      worker: String(request.headers["x-worker"]),
      idempotencyKey: typeof key === "string" ? key : undefined,
    };
    effects.push(effect);
    request.resume();
    void Promise.all([...observers].map(async (act) => act(effect))).then(() => {
      response.writeHead(200, { "content-type": "application/json" }).end('{"done":true}');
    });
  });
  const address = `127.0.0.1:${await startListening(server, 0, "127.0.0.1")}`;
  return {
    address,
    effects,
    onEffect: (act) => {
      observers.add(act);
      return () => void observers.delete(act);
    },
    buildEffectStep: (label, step) => ({
      ...buildStep(`effect-${step}`),
      id: `effect-${step}`,
      type: "api-call",
      config: {
        http: {
          method: "POST",
          url: `http://${address}/effect/${label}/{{_record.metadata.index}}/${step}`,
          headers: { "x-worker": `{{secret:${WORKER_NAME_SECRET}}}` },
          body: '{"name":"{{_record.name}}"}',
        },
        outputVariable: `effect_${step}`,
      },
    }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface EffectCounts {
  readonly effects: number;
  /** Repeats of the last effect that a record had sent: its step was in flight when the server was killed. */
  readonly repeatsOfLastStep: number;
  /** Repeats of an effect although the same record had already sent the effect of a later step. */
  readonly repeatsOfEarlierSteps: number;
  /** Repeats with another idempotency key than the first time, or without one. */
  readonly repeatsWithOtherKey: number;
  /** Effects that never arrived. */
  readonly missing: number;
}

/** Counts the effects of a batch in which each record should send the effect of each step once. */
export function countEffects(
  all: readonly Effect[],
  { label, records, effectSteps }: { label: string; records: number; effectSteps: number },
): EffectCounts {
  const counts = {
    effects: 0,
    repeatsOfLastStep: 0,
    repeatsOfEarlierSteps: 0,
    repeatsWithOtherKey: 0,
    missing: 0,
  };
  const ofBatch = all.filter(({ batch }) => batch === label);
  counts.effects = ofBatch.length;
  for (let record = 0; record < records; record += 1) {
    const keys = new Map<number, string | undefined>();
    let last = 0;
    for (const { step, idempotencyKey } of ofBatch.filter((effect) => effect.record === record)) {
      if (keys.has(step)) {
        counts[step === last ? "repeatsOfLastStep" : "repeatsOfEarlierSteps"] += 1;
        if (idempotencyKey === undefined || keys.get(step) !== idempotencyKey)
          counts.repeatsWithOtherKey += 1;
      } else {
        keys.set(step, idempotencyKey);
      }
      last = Math.max(last, step);
    }
    counts.missing += effectSteps - keys.size;
  }
  return counts;
}
