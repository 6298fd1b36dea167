import type { Flow } from "#contract/flow.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import type { FlowVersionIdentifier } from "#core/history/edit-history.ts";
import { ApiError, NetworkError } from "#client/data/api/api-error.ts";
import type { FlowSaveRequestFunctions } from "#client/document/saving/save-flow.ts";

/** Simulates the server: rejects a write unless it replaces the newest version. */
export class FakeFlowServer {
  isCalm = false;
  readonly #versions: Flow[];
  readonly #random: () => number;
  #waiting: (() => void)[] = [];

  readonly hasRevisions: boolean;

  readonly #responseLossProbability: number;

  constructor(random: () => number, hasRevisions: boolean, responseLossProbability: number) {
    this.#responseLossProbability = responseLossProbability;
    this.#random = random;
    this.hasRevisions = hasRevisions;
    this.#versions = [
      flowOf(
        buildFlow("Flow", [
          buildStep("fetch", { config: { shared: "start" } }),
          buildConditional("route", [buildStep("queue")], [buildStep("hide")]),
          buildStep("send", { config: {} }),
        ]),
        1,
        hasRevisions,
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

  version({ token, updatedAt }: FlowVersionIdentifier): Flow | undefined {
    return this.#versions.find((flow) => flow.versionToken === token && flow.updatedAt === updatedAt);
  }

  release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) {
      if (this.isCalm || this.#random() < 0.7) go();
      else this.#waiting.push(go);
    }
  }

  /** Connects a page. Requests that the page sent before closing still arrive, but get no response. */
  connect(isGone: () => boolean): FlowSaveRequestFunctions {
    const travel = async () => {
      if (isGone()) throw new NetworkError("the page is closed");
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
      write: async (body, over, saveKey) => {
        await travel();
        fault(0.1, new NetworkError("lost"));
        fault(0.05, new ApiError(500, "Internal"));
        fault(0.04, new ApiError(429, "Slow down", { retryAfter: 1 }));
        fault(0.04, new ApiError(401, "Unauthorized"));
        const held = this.#versionAt(-1);
        if (held.versionToken !== over.token) throw new ApiError(412, "Stale");
        const saveKeys = [saveKey, ...(held.saveKeys ?? [])].slice(0, KEPT_SAVE_KEYS);
        const next = { ...held, ...structuredClone(body), saveKeys } as Flow;
        this.#versions.push(flowOf(next, this.#versions.length + 1, this.hasRevisions));
        const written = this.flow();
        await travel();
        // Browsers resend a request whose connection broke, so a written save may get a 412.
        fault(0.05, new ApiError(412, "Stale"));
        fault(this.#responseLossProbability, new NetworkError("the answer was lost"));
        return written;
      },
    };
  }
}

function flowOf(
  flow: { readonly name: string; readonly flowSteps: readonly JsonObject[] },
  revision: number,
  hasRevisions: boolean,
): Flow {
  const at = new Date(Date.UTC(2026, 0, 1, 0, (revision * 7) % 60, 0, revision)).toISOString();
  return {
    id: "flow_1",
    createdAt: at,
    userId: "user",
    organizationId: null,
    description: null,
    ...flow,
    updatedAt: at,
    ...(hasRevisions
      ? { revision, versionToken: `${revision}-x` }
      : { versionToken: JSON.stringify([flow.name, flow.flowSteps]), saveKeys: undefined }),
  } as Flow;
}

/** Number of save keys that the server returns; small, so that the key of a save is sometimes missing. */
const KEPT_SAVE_KEYS = 3;
