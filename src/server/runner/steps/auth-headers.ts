import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { formatTemplateValue } from "#server/runner/step-template-filler.ts";
import { StepFailure } from "#server/domain/step-failure.ts";

/** For `bearer`, `basic` and `api-key`. Passes encoded credentials to `hide` for redaction. */
export function createApiCallStepAuthHeaders(
  auth: JsonValue | undefined,
  hide: (text: string) => void,
): Readonly<Record<string, string>> {
  if (!isJsonObject(auth) || Object.keys(auth).length === 0) return {};
  const type = pick(auth, "type")
    .toLowerCase()
    .replaceAll(/[-_\s]/g, "");
  switch (type) {
    case "none":
      return {};
    case "bearer":
      return { authorization: `Bearer ${needed(auth, "token", "value")}` };
    case "basic": {
      const pair = `${needed(auth, "username", "user")}:${pick(auth, "password")}`;
      const encoded = Buffer.from(pair).toString("base64");
      hide(encoded);
      return { authorization: `Basic ${encoded}` };
    }
    case "apikey":
    case "header":
      return {
        [pick(auth, "header", "headerName", "name") || "x-api-key"]: needed(
          auth,
          "value",
          "apiKey",
          "key",
          "token",
        ),
      };
    default:
      throw new StepFailure("Unknown authentication type. Use bearer, basic or api-key.");
  }
}

function pick(auth: JsonObject, ...keys: string[]): string {
  const key = keys.find((key) => auth[key] !== undefined && auth[key] !== null);
  return key === undefined ? "" : formatTemplateValue(auth[key] ?? "");
}

function needed(auth: JsonObject, ...keys: string[]): string {
  const value = pick(auth, ...keys);
  if (value === "") throw new StepFailure(`Authentication: “${keys[0]}” is required.`);
  return value;
}
