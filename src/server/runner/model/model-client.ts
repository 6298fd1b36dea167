import type { JsonObject } from "#core/json.ts";
import { StepFailure, asSentence, beginning } from "#server/runner/step-failure.ts";
import { createModelFetch } from "./model-fetch.ts";
import type { ModelMessage } from "./read-messages.ts";
import { createUsageReader } from "./usage-reader.ts";

export interface ModelRequest {
  readonly model: string;
  readonly system: string | undefined;
  readonly messages: readonly ModelMessage[];
  readonly settings: {
    readonly temperature?: number;
    readonly maxOutputTokens?: number;
    readonly topP?: number;
    readonly frequencyPenalty?: number;
    readonly presencePenalty?: number;
    readonly seed?: number;
  };
  /** Goes into the request's body as it is. */
  readonly more: JsonObject;
}

export interface ModelAnswer {
  readonly text: string;
  readonly model: string;
  readonly stopReason: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly totalTokens?: number;
  /** Where the provider says it. */
  readonly cost?: number;
}

export interface ModelClient {
  /** Throws a `StepFailure`, or the signal's reason. */
  ask(
    request: ModelRequest,
    options: {
      readonly signal: AbortSignal;
      readonly onText: (delta: string) => Promise<void>;
      /** Takes secrets out of what the model server says of a fault. */
      readonly redact: (text: string) => string;
    },
  ): Promise<ModelAnswer>;
  close(): Promise<void>;
}

/** More than any model reads or writes at once. */
const MOST_TOKENS = 1_000_000_000;

const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: "end_turn",
  length: "length",
  "content-filter": "content_filter",
  error: "error",
};

/** Models behind an API like OpenAI's. Only `baseUrl`'s own host is ever asked. */
export function createModelClient(baseUrl: string | undefined, apiKey: string | undefined): ModelClient {
  if (baseUrl === undefined) {
    const ask = () =>
      Promise.reject(
        new StepFailure(
          "Prompts need a model server, and MODEL_BASE_URL is not set: set it to the address of an OpenAI-compatible API, such as https://api.openai.com/v1, and start the server again.",
        ),
      );
    return { ask, close: async () => {} };
  }
  const modelFetch = createModelFetch(baseUrl);
  return {
    ask: async ({ model, system, messages, settings, more }, { signal, onText, redact }) => {
      const [{ streamText }, { createOpenAICompatible }] = await Promise.all([
        import("ai"),
        import("@ai-sdk/openai-compatible"),
      ]);
      // It writes to the console otherwise.
      Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
      const usage = createUsageReader();
      const provider = createOpenAICompatible({
        name: "model",
        baseURL: baseUrl,
        fetch: modelFetch.fetch,
        includeUsage: true,
        metadataExtractor: usage.extractor,
        transformRequestBody: (body) => ({ ...body, ...more }),
        ...(apiKey !== undefined && { apiKey }),
      });
      const stream = streamText({
        model: provider.chatModel(model),
        messages: [...messages],
        ...(system !== undefined && { system }),
        ...settings,
        maxRetries: 0,
        abortSignal: signal,
        // Errors come as parts of the stream too.
        onError: () => {},
      });
      const pieces: string[] = [];
      let stopReason = "unknown";
      let tokens: Pick<ModelAnswer, "promptTokens" | "completionTokens" | "totalTokens"> = {};
      try {
        for await (const part of stream.fullStream) {
          if (part.type === "text-delta") {
            pieces.push(part.text);
            await onText(part.text);
          } else if (part.type === "error") throw part.error;
          else if (part.type === "finish") {
            const { inputTokens, outputTokens, totalTokens } = part.totalUsage;
            stopReason = STOP_REASONS[part.finishReason] ?? "unknown";
            tokens = {
              promptTokens: readCount(inputTokens),
              completionTokens: readCount(outputTokens),
              totalTokens: readCount(totalTokens),
            };
          }
        }
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof StepFailure ? error : new StepFailure(describeModelError(error, redact));
      }
      signal.throwIfAborted();
      return {
        text: pieces.join(""),
        model: usage.model() ?? model,
        stopReason,
        ...tokens,
        cost: usage.cost(),
      };
    },
    close: () => modelFetch.close(),
  };
}

function describeModelError(error: unknown, redact: (text: string) => string): string {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  if (cause instanceof AggregateError) [cause] = cause.errors as unknown[];
  const status = readField(error, "statusCode");
  const said = cause instanceof Error ? cause.message : String(readField(error, "message") ?? error);
  if (typeof status === "number" && status >= 400) {
    const body = readField(error, "responseBody");
    const detail = typeof body === "string" && body.trim() !== "" ? body : said;
    return `The model server answered ${status}: ${asSentence(beginning(redact(detail)))}`;
  }
  return `The model server gave no answer: ${asSentence(beginning(redact(said)))}`;
}

/** Undefined for what is no count of tokens, whoever says it. */
function readCount(count: number | undefined): number | undefined {
  return Number.isInteger(count) && Number(count) >= 0 && Number(count) <= MOST_TOKENS ? count : undefined;
}

function readField(error: unknown, name: string): unknown {
  return typeof error === "object" && error !== null ? (error as Record<string, unknown>)[name] : undefined;
}
