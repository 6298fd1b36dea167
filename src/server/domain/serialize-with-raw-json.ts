/** Serializes `fields` and appends `texts`, whose values are already JSON: stored JSON is sent without parsing it. */
export function serializeWithRawJson(fields: object, texts: Readonly<Record<string, string>> = {}): string {
  const head = JSON.stringify(fields);
  const members = Object.entries(texts).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  if (members.length === 0) return head;
  return `${head.slice(0, -1)}${head === "{}" ? "" : ","}${members.join(",")}}`;
}
