import * as z from "zod/mini";
import { keyText, webUrl, wholeNumber } from "./setting-schemas.ts";

/** What runs of flows may reach, and for how long. */
export interface RunConfig {
  readonly modelUrl: string | undefined;
  readonly modelKey: string | undefined;
  readonly smtpUrl: string | undefined;
  /** `host:port` of addresses that flows may call although they are private. */
  readonly allowPrivateHttp: readonly string[];
  /** Values of `{{secret:KEY}}`, by key. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly stepMs: number;
  readonly runMs: number;
  /** Days that results are kept. */
  readonly retentionDays: number;
}

const DAY_SECONDS = 86_400;
const PLACE = /^(?:[\w.-]+|\[[\da-fA-F:.]+\]):\d{1,5}$/;

export const runEnvironment = {
  MODEL_BASE_URL: z.optional(webUrl),
  MODEL_API_KEY: z.optional(keyText),
  SMTP_URL: z.optional(
    z
      .string()
      .check(
        z.refine(
          (text) => /^smtps?:\/\/./.test(text) && URL.canParse(text),
          "must be an address that begins with smtp:// or smtps://",
        ),
      ),
  ),
  ALLOW_PRIVATE_HTTP: z.optional(
    z
      .string()
      .check(
        z.refine(
          (text) => listPlaces(text).every((place) => PLACE.test(place)),
          "must be a list of host:port with commas, such as localhost:3000",
        ),
      ),
  ),
  STEP_TIME_LIMIT: wholeNumber(1, DAY_SECONDS),
  RUN_TIME_LIMIT: wholeNumber(1, DAY_SECONDS),
  RESULT_RETENTION_DAYS: wholeNumber(1, 36_500),
};

const SECRET = /^SECRET_(\w+)$/;

export function readRunConfig(
  values: z.infer<z.ZodMiniObject<typeof runEnvironment>>,
  env: Readonly<Record<string, string | undefined>>,
): RunConfig {
  const secrets = Object.entries(env).flatMap(([name, value]) => {
    const key = SECRET.exec(name)?.[1];
    return key === undefined || value === undefined || value === "" ? [] : [[key, value]];
  });
  return {
    modelUrl: values.MODEL_BASE_URL?.replace(/\/+$/, ""),
    modelKey: values.MODEL_API_KEY,
    smtpUrl: values.SMTP_URL,
    allowPrivateHttp: listPlaces(values.ALLOW_PRIVATE_HTTP ?? ""),
    secrets: Object.fromEntries(secrets),
    stepMs: Number(values.STEP_TIME_LIMIT) * 1000,
    runMs: Number(values.RUN_TIME_LIMIT) * 1000,
    retentionDays: Number(values.RESULT_RETENTION_DAYS),
  };
}

function listPlaces(text: string): readonly string[] {
  return text
    .split(",")
    .map((place) => place.trim().toLowerCase())
    .filter((place) => place !== "");
}
