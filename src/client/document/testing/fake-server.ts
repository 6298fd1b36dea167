import type { Flow } from "#contract/flow.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import type { JsonObject } from "#core/json.ts";
import type { VersionMark } from "#core/history.ts";
import { ApiError, NetworkError } from "#client/data/api-error.ts";
import type { FlowTransport } from "#client/document/save-flow.ts";

/** Holds the flow as the real one does: a write over another version than the one it names is refused. */
export class FakeServer {
  isCalm = false;
  readonly #versions: Flow[];
  readonly #random: () => number;
  #waiting: (() => void)[] = [];

  readonly hasTokens: boolean;

  readonly #answersLost: number;

  /** Without tokens versions are told apart by date, as on the real API. */
  constructor(random: () => number, hasTokens: boolean, answersLost: number) {
    this.#answersLost = answersLost;
    this.#random = random;
    this.hasTokens = hasTokens;
    this.#versions = [
      flowOf(
        buildFlow("Flow", [
          buildStep("fetch", { config: { shared: "start" } }),
          buildConditional("route", [buildStep("queue")], [buildStep("hide")]),
          buildStep("send", { config: {} }),
        ]),
        1,
        hasTokens,
      ),
    ];
  }

  flow(isOld = false): Flow {
    const index = isOld ? Math.floor(this.#random() * this.#versions.length) : this.#versions.length - 1;
    return structuredClone(this.#versionAt(index));
  }

  #versionAt(index: number): Flow {
    const flow = this.#versions.at(index);
    if (!flow) throw new Error(`There is no version ${index}`);
    return flow;
  }

  version({ token, updatedAt }: VersionMark): Flow | undefined {
    return this.#versions.find((flow) => flow.versionToken === token && flow.updatedAt === updatedAt);
  }

  /** Lets some of what is under way go on, in any order. */
  release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) {
      if (this.isCalm || this.#random() < 0.7) go();
      else this.#waiting.push(go);
    }
  }

  /** What a page sent before it was gone arrives all the same; no answer reaches it, and it sends nothing more. */
  connect(isGone: () => boolean): FlowTransport {
    const travel = async () => {
      if (isGone()) throw new NetworkError("nobody is there");
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    };
    const fault = (probability: number, error: Error) => {
      if (!this.isCalm && this.#random() < probability) throw error;
    };
    return {
      read: async () => {
        await travel();
        fault(0.1, new NetworkError("lost"));
        return { flow: this.flow(), isInexact: false };
      },
      // As the real API: what is known of the version before the write is known by its date alone.
      check: async (over) => {
        if (this.hasTokens) return;
        await travel();
        fault(0.1, new NetworkError("lost"));
        if (this.#versionAt(-1).updatedAt !== over.updatedAt) throw new ApiError(412, "Stale");
      },
      write: async (body, over, saveKey) => {
        await travel();
        fault(0.1, new NetworkError("lost"));
        fault(0.05, new ApiError(500, "Internal"));
        fault(0.04, new ApiError(429, "Slow down", { retryAfter: 1 }));
        fault(0.04, new ApiError(401, "Unauthorized"));
        const held = this.#versionAt(-1);
        const isHeld = this.hasTokens ? held.versionToken === over.token : held.updatedAt === over.updatedAt;
        if (!isHeld) throw new ApiError(412, "Stale");
        const saveKeys = [saveKey, ...(held.saveKeys ?? [])].slice(0, KEPT_SAVE_KEYS);
        const next = { ...held, ...structuredClone(body), saveKeys } as Flow;
        this.#versions.push(flowOf(next, this.#versions.length + 1, this.hasTokens));
        const written = this.flow();
        await travel();
        // Where a connection breaks, browsers send a request once more.
        if (this.hasTokens) fault(0.05, new ApiError(412, "Stale"));
        fault(this.#answersLost, new NetworkError("the answer was lost"));
        return { written, isOvertaken: !this.hasTokens && this.flow().updatedAt !== written.updatedAt };
      },
    };
  }
}

function flowOf(
  flow: { readonly name: string; readonly flowSteps: readonly JsonObject[] },
  revision: number,
  hasTokens: boolean,
): Flow {
  // A clock that jumps back now and then.
  const at = new Date(Date.UTC(2026, 0, 1, 0, (revision * 7) % 60, 0, revision)).toISOString();
  return {
    id: "flow_1",
    createdAt: at,
    userId: "user",
    organizationId: null,
    description: null,
    ...flow,
    updatedAt: at,
    ...(hasTokens ? { revision, versionToken: `${revision}-x` } : { saveKeys: undefined }),
  } as Flow;
}

/** Few, so that a save is not always to be found among them. */
const KEPT_SAVE_KEYS = 3;

/** Mulberry32: small, and the same on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
