import { type RealApiEndpoint, RealApiError } from "./endpoint.ts";
import type { FailureShare, RealApiSwitches } from "./switches.ts";

/** An answer that a test plans for requests, in place of the stand-in's own. */
export interface PlannedAnswer {
  readonly method?: string;
  /** The documented path, such as `/v1/flows/:id`. Applies to all requests if omitted. */
  readonly path?: string;
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
  /** A function is called for each answer, so that a header can contain the current time. */
  readonly headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** Number of requests to answer; unlimited by default. */
  readonly times?: number;
}

const PLANS_URL = "https://use.runtype.example/settings/billing";

/**
 * Decides by the switches which requests fail. Spreads failures evenly, not at random: runs are reproducible.
 */
export class FailurePlan {
  readonly #failedKinds = new Set<string>();
  readonly #counts = new Map<string, number>();
  readonly #planned: { readonly answer: PlannedAnswer; left: number }[] = [];

  plan(answer: PlannedAnswer): void {
    this.#planned.push({ answer, left: answer.times ?? Infinity });
  }

  clear(): void {
    this.#failedKinds.clear();
    this.#counts.clear();
    this.#planned.length = 0;
  }

  takePlannedAnswer({ method, path }: Pick<RealApiEndpoint, "method" | "path">): PlannedAnswer | undefined {
    const found = this.#planned.find(
      ({ answer, left }) =>
        left > 0 && (answer.method ?? method) === method && (answer.path ?? path) === path,
    );
    if (found) found.left--;
    return found?.answer;
  }

  /** Throws the error of the first condition that is due for a request. Never fails a read. */
  failWrite(endpoint: RealApiEndpoint, switches: RealApiSwitches): void {
    if (endpoint.method === "GET" || endpoint.isRead === true) return;
    if (this.isDue("402", endpoint, switches.status402))
      throw new RealApiError(402, "The plan's limit is reached", { fields: { upgradeUrl: PLANS_URL } });
    if (this.isDue("403", endpoint, switches.status403))
      throw new RealApiError(403, "The key may not do this at this hour");
    if (this.isDue("409", endpoint, switches.status409))
      throw new RealApiError(409, "Another request changes this resource");
    if (this.isDue("429", endpoint, switches.status429))
      throw new RealApiError(429, "Too many requests", { headers: { "retry-after": "1" } });
  }

  isDue(
    name: string,
    { method, path }: Pick<RealApiEndpoint, "method" | "path">,
    share: FailureShare,
  ): boolean {
    const kind = `${name} ${method} ${path}`;
    if (share === "firstOfEachKind") {
      const isFirst = !this.#failedKinds.has(kind);
      this.#failedKinds.add(kind);
      return isFirst;
    }
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return Math.floor(count * share) > Math.floor((count - 1) * share);
  }
}
