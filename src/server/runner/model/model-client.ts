import type { JsonObject } from "#core/json/json.ts";
import { StepFailure, ensureFinalPeriod, truncateTextToExcerpt } from "#server/domain/step-failure.ts";
import { createFetchForModelServer } from "./model-fetch.ts";
import type { ModelMessage } from "./read-messages.ts";
import { createModelUsageExtractor } from "./model-usage-extractor.ts";

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
  readonly more: JsonObject;
}

export interface ModelResponse {
  readonly text: string;
  readonly model: string;
  readonly stopReason: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly totalTokens?: number;
  readonly cost?: number;
}

export interface ModelClient {
  /** Throws a `StepFailure`, or the signal's reason. */
  ask(
    request: ModelRequest,
    options: {
      readonly signal: AbortSignal;
      readonly onText: (delta: string) => Promise<void>;
      readonly redact: (text: string) => string;
    },
  ): Promise<ModelResponse>;
  close(): Promise<void>;
}

const MAX_TOKENS = 1_000_000_000;

const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: "end_turn",
  length: "length",
  "content-filter": "content_filter",
  error: "error",
};

/** Calls models through an OpenAI-compatible API. Requests go to the origin of `baseUrl` only. */
export function createModelClient(baseUrl: string | undefined, apiKey: string | undefined): ModelClient {
  if (baseUrl === undefined) {
    const ask = () =>
      Promise.reject(
        new StepFailure(
          "No model server: set FLOWLINE_MODEL_BASE_URL to the URL of an OpenAI-compatible API, such as https://api.openai.com/v1, and restart the server.",
        ),
      );
    return { ask, close: async () => {} };
  }
  const modelFetch = createFetchForModelServer(baseUrl);
  return {
    ask: async ({ model, system, messages, settings, more }, { signal, onText, redact }) => {
      const [{ streamText }, { createOpenAICompatible }] = await Promise.all([
        import("ai"),
        import("@ai-sdk/openai-compatible"),
      ]);
      Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
      const usage = createModelUsageExtractor();
      // Bypasses the SDK for images and files: it would load their addresses itself, from any host.
      const messagesWithParts = messages.some(({ parts }) => parts) && {
        messages: [
          ...(system === undefined ? [] : [{ role: "system", content: system }]),
          ...messages.map(({ role, content, parts }) => ({ role, content: parts ?? content })),
        ],
      };
      const provider = createOpenAICompatible({
        name: "model",
        baseURL: baseUrl,
        fetch: modelFetch.fetch,
        includeUsage: true,
        metadataExtractor: usage.extractor,
        transformRequestBody: (body) => ({ ...body, ...more, ...messagesWithParts }),
        ...(apiKey !== undefined && { apiKey }),
      });
      const stream = streamText({
        model: provider.chatModel(model),
        messages: messages.map(({ role, content }) => ({ role, content })),
        ...(system !== undefined && { system }),
        // Callers may send system messages: the SDK would otherwise print a warning to the console.
        allowSystemInMessages: true,
        ...settings,
        maxRetries: 0,
        abortSignal: signal,
        // Replaces the default handler, which logs to the console; errors are handled below as parts of the stream.
        onError: () => {},
      });
      const pieces: string[] = [];
      let stopReason = "unknown";
      let tokens: Pick<ModelResponse, "promptTokens" | "completionTokens" | "totalTokens"> = {};
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
  const message = cause instanceof Error ? cause.message : String(readField(error, "message") ?? error);
  if (typeof status === "number" && status >= 400) {
    const body = readField(error, "responseBody");
    const detail = typeof body === "string" && body.trim() !== "" ? body : message;
    return `The model server responded with ${status}: ${ensureFinalPeriod(truncateTextToExcerpt(redact(detail)))}`;
  }
  return `The model server did not respond: ${ensureFinalPeriod(truncateTextToExcerpt(redact(message)))}`;
}

function readCount(count: number | undefined): number | undefined {
  return Number.isInteger(count) && Number(count) >= 0 && Number(count) <= MAX_TOKENS ? count : undefined;
}

function readField(error: unknown, name: string): unknown {
  return typeof error === "object" && error !== null ? (error as Record<string, unknown>)[name] : undefined;
}
