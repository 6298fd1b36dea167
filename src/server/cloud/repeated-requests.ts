import type { EndpointHandlerResponse } from "#server/http/answer.ts";
import { serializeAnswerBody } from "#server/http/answer.ts";
import { findEarlierRequest, replayStoredResponse } from "#server/http/answer-once.ts";
import type { ServerLogger } from "#server/http/create-logger.ts";
import { HttpError } from "#server/http/http-error.ts";
import type { EndpointRequest } from "#server/http/route.ts";
import { DomainError } from "#server/domain/domain-error.ts";
import { describeErrorForLog } from "#server/runner/describe-error.ts";
import { insertStoredIdempotentResponse } from "#server/store/idempotency-rows.ts";
import type { AccountStore } from "./account-store.ts";

interface RepeatedRequestDependencies {
  readonly accountStore: AccountStore;
  /** The time in epoch milliseconds. */
  readonly now: () => number;
  readonly logger: ServerLogger;
}

type EarlierRequest = NonNullable<Awaited<ReturnType<typeof findEarlierRequest>>>;

type Work = () => Promise<EndpointHandlerResponse>;
type Handler = (request: EndpointRequest) => Promise<EndpointHandlerResponse>;

/** Headers that describe the moment of the first answer, such as the quota that the page shows. */
const PASSING_HEADER = /^(?:date|retry-after|x-quota-.*|(?:x-)?ratelimit.*)$/i;

/**
 * Answers a repeated request of a page as the first one with its Idempotency-Key, because the API may not know such keys.
 * Answers are kept for a day in the server's own store. Without a store, only requests at the same moment are recognized.
 */
export class RepeatedRequests {
  readonly #dependencies: RepeatedRequestDependencies;
  readonly #running = new Map<string, Promise<EndpointHandlerResponse>>();

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
    // Outlives the client, which may repeat the request when its connection breaks, and then waits for this answer.
    const work = () => handler({ ...request, signal: AbortSignal.any([]) });
    const operation = `${method} ${path}`;
    const id = JSON.stringify([operation, idempotencyKey, request.bodyText]);
    const running = this.#running.get(id);
    if (running) return running;
    const answer = this.#answerFirst(request, operation, work);
    this.#running.set(id, answer);
    return answer.finally(() => this.#running.delete(id));
  }

  async #answerFirst(request: EndpointRequest, operation: string, work: Work) {
    const found = await this.#findEarlier(request, operation);
    if (found?.earlier) return replayStoredResponse(found.earlier);
    const answer = await work();
    if (found) await this.#keep(found, answer);
    return answer;
  }

  /** Returns undefined without a store. Throws the error of a key that was used with another body. */
  async #findEarlier({ caller, headers, bodyText }: EndpointRequest, operation: string) {
    const { accountStore, now } = this.#dependencies;
    const { organizationId } = accountStore;
    const store = await accountStore.findStore();
    if (!store) return undefined;
    const request = { caller: { ...caller, organizationId }, headers, bodyText };
    try {
      return await store.write((tx) =>
        findEarlierRequest({ context: { extras: true, now }, tx, operation }, request),
      );
    } catch (error) {
      if (error instanceof HttpError || error instanceof DomainError) throw error;
      this.#note(error);
      return undefined;
    }
  }

  async #keep({ earlier: _earlier, ...row }: EarlierRequest, answer: EndpointHandlerResponse): Promise<void> {
    const { accountStore, now } = this.#dependencies;
    try {
      const store = await accountStore.open();
      const { status, headers = {} } = answer;
      const lasting = Object.entries(headers).filter(([name]) => !PASSING_HEADER.test(name));
      const body = serializeAnswerBody(answer) ?? "";
      const createdAt = new Date(now());
      await store.write((tx) =>
        insertStoredIdempotentResponse(tx, {
          ...row,
          status,
          headers: JSON.stringify(Object.fromEntries(lasting)),
          body,
          createdAt,
        }),
      );
    } catch (error) {
      this.#note(error);
    }
  }

  #note(error: unknown): void {
    const { logger } = this.#dependencies;
    logger.debug({ err: describeErrorForLog(error) }, "could not keep the answer to a request");
  }
}
