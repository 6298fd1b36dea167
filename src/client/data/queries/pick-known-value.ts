/** Returns an object with the value if it is known, otherwise without: values of a URL may be anything. */
export function pickKnownValue<Key extends string, Value extends string>(
  key: Key,
  knownValues: readonly Value[],
  value: unknown,
): { readonly [name in Key]?: Value } {
  const found = knownValues.find((one) => one === value);
  return found === undefined ? {} : ({ [key]: found } as { readonly [name in Key]?: Value });
}
