import type { EndpointHandlerResponse } from "#server/http/answer.ts";
import { serializeAnswerBody } from "#server/http/answer.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";
import { HttpError } from "#server/http/http-error.ts";
import { IdempotencyClaims } from "#server/http/idempotency-claims.ts";
import type { EndpointRequest } from "#server/http/endpoint-handlers.ts";
import { DomainError } from "#server/domain/domain-error.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import type { AccountStore } from "./account-store.ts";

interface RepeatedRequestDependencies {
  readonly accountStore: AccountStore;
  /** The time in epoch milliseconds. */
  readonly now: () => number;
  readonly logger: ServerLogger;
}

type Handler = (request: EndpointRequest) => Promise<EndpointHandlerResponse>;

/** Headers that describe the moment of the first answer, such as the quota that the page shows. */
const PASSING_HEADER = /^(?:date|retry-after|x-quota-.*|(?:x-)?ratelimit.*)$/i;

/** The API may not know such keys. Without a store, only requests at the same moment are recognized. */
export class RepeatedRequests {
  readonly #dependencies: RepeatedRequestDependencies;
  readonly #running = new Map<string, Promise<EndpointHandlerResponse>>();
  #claims: IdempotencyClaims | undefined;

  constructor(dependencies: RepeatedRequestDependencies) {
    this.#dependencies = dependencies;
  }

  /** Returns the handlers of requests that may have an Idempotency-Key: a POST then runs once per key. */
  wrap<Routes extends object>(routes: Routes): Routes {
    const wrapped = Object.entries(routes).map(([name, handler]) => [
      name,
      (request: EndpointRequest) => this.#once(request, handler),
    ]);
    return Object.fromEntries(wrapped) as Routes;
  }

  async #once(request: EndpointRequest, handler: Handler): Promise<EndpointHandlerResponse> {
    const { idempotencyKey } = request.headers;
    const { method, path } = request.request.req;
    if (idempotencyKey === undefined || method !== "POST") return handler(request);
    request.signal.throwIfAborted();
    const operation = `${method} ${path}`;
    const id = JSON.stringify([operation, idempotencyKey, request.bodyText]);
    const running = this.#running.get(id);
    if (running) return running;
    const answer = this.#answerFirst(request, operation, handler);
    this.#running.set(id, answer);
    return answer.finally(() => this.#running.delete(id));
  }

  async #answerFirst(request: EndpointRequest, operation: string, handler: Handler) {
    const claim = await this.#claim(request, operation);
    if (claim && "isReplay" in claim) return claim;
    try {
      // Outlives the client, which may repeat the request when its connection breaks, and then waits for this answer.
      const answer = await handler({ ...request, signal: claim?.lost ?? AbortSignal.any([]) });
      const lasting = Object.entries(answer.headers ?? {}).filter(([name]) => !PASSING_HEADER.test(name));
      const headers = Object.fromEntries(lasting);
      await claim?.keep({ status: answer.status, headers, body: serializeAnswerBody(answer) ?? "" });
      return answer;
    } catch (error) {
      await claim?.release();
      throw error;
    }
  }

  /** Returns undefined without a store that can be written. Throws as `IdempotencyClaims` does. */
  async #claim({ caller, headers, bodyText }: EndpointRequest, operation: string) {
    const { accountStore, now, logger } = this.#dependencies;
    const { organizationId } = accountStore;
    const store = await accountStore.findStore();
    if (!store) return undefined;
    this.#claims ??= new IdempotencyClaims({ store, logger, extras: true, now });
    const request = { caller: { ...caller, organizationId }, headers, bodyText };
    return this.#claims.begin(operation, request).catch((error: unknown) => {
      if (error instanceof HttpError || error instanceof DomainError) throw error;
      logger.debug({ err: describeErrorForLog(error) }, "could not keep the answer to a request");
      return undefined;
    });
  }
}
