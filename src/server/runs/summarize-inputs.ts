import { isJsonObject, parseJson } from "#core/json/json.ts";

const MAX_CHARACTERS = 120;

/** Such as “topic: news, days: 7”; undefined without inputs. `json` may be the beginning of the text of an object. */
export function summarizeInputs(json: string): string | undefined {
  const value = parseJson(json);
  const text = isJsonObject(value)
    ? Object.entries(value)
        .map(([name, item]) => `${name}: ${typeof item === "string" ? item : JSON.stringify(item)}`)
        .join(", ")
    : json;
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line === "") return undefined;
  return line.length > MAX_CHARACTERS ? `${line.slice(0, MAX_CHARACTERS - 1)}…` : line;
}
