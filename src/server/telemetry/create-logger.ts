import { type DestinationStream, type Logger, pino } from "pino";
import { type JsonValue, isJsonObject } from "#core/json/json.ts";
import { truncateText } from "#server/domain/truncate-text.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import { RunSecretRedactor } from "#server/redaction/run-secret-redactor.ts";

// Loads the formatter only if the output is a terminal: other outputs get JSON.
const pretty = process.stdout.isTTY ? (await import("pino-pretty")).build : undefined;

const MAX_TEXT_CHARACTERS = 10_000;

export type ServerLogger = Pick<Logger, "debug" | "info" | "warn" | "error">;

export function createLogger(
  level: string,
  hidden: readonly string[],
  destination: DestinationStream = createLogDestination(),
): ServerLogger {
  const redactor = new RunSecretRedactor(hidden);
  const clean = (entry: unknown): unknown =>
    shorten(
      redactor.report((entry instanceof Error ? { err: describeErrorForLog(entry) } : entry) as JsonValue),
    );
  return pino(
    {
      level,
      // Disables pino's error serializer, because the error is already serialized.
      serializers: { err: (description: unknown) => description },
      hooks: {
        logMethod(entries, log) {
          log.apply(this, entries.map(clean) as typeof entries);
        },
      },
    },
    destination,
  );
}

/** Writes readable lines to a terminal; to any other output, JSON for log collectors. */
function createLogDestination(): DestinationStream {
  if (!pretty) return pino.destination(1);
  return pretty({ colorize: true, ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss", sync: true });
}

/** Truncates long texts. Call this after redaction, which would not recognize a truncated secret. */
function shorten(value: JsonValue): JsonValue {
  if (typeof value === "string") return truncateText(value, MAX_TEXT_CHARACTERS);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, shorten(inside)]));
}
