/** The last of equal names wins; `tag` is a list. The router's own codec would make `?search=2024` a number. */
export function parseUrlSearchParamsAsText(search: string): Record<string, string | string[]> {
  const params = new URLSearchParams(search);
  const tag = params.getAll("tag");
  return { ...Object.fromEntries(params), ...(tag.length > 0 && { tag }) };
}

export function stringifyUrlSearchParams(search: Readonly<Record<string, unknown>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    for (const text of [value].flat()) if (typeof text === "string" && text !== "") params.append(name, text);
  return params.size > 0 ? `?${params}` : "";
}
