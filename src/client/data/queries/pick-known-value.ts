/** Returns an object with the value if it is known, otherwise without: values of a URL may be anything. */
export function pickKnownValue<Key extends string, Value extends string>(
  key: Key,
  knownValues: readonly Value[],
  value: unknown,
): { readonly [name in Key]?: Value } {
  const found = knownValues.find((one) => one === value);
  return found === undefined ? {} : ({ [key]: found } as { readonly [name in Key]?: Value });
}

/** Returns an object with the value if it is a text that is not empty, otherwise without. */
export function pickText<Key extends string>(key: Key, value: unknown): { readonly [name in Key]?: string } {
  return typeof value === "string" && value !== ""
    ? ({ [key]: value } as { readonly [name in Key]?: string })
    : {};
}
