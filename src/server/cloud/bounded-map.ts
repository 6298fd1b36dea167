/** A map that drops its oldest entries, but not the newest, while their sizes together exceed `max`. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #max: number;
  readonly #sizeOf: (value: V) => number;
  #total = 0;

  /** By default, `max` is a number of entries. */
  constructor(max: number, sizeOf: (value: V) => number = () => 1) {
    super();
    this.#max = max;
    this.#sizeOf = sizeOf;
  }

  override set(key: K, value: V): this {
    this.delete(key);
    super.set(key, value);
    this.#total += this.#sizeOf(value);
    for (const oldest of this.keys()) {
      if (this.#total <= this.#max || oldest === key) break;
      this.delete(oldest);
    }
    return this;
  }

  override delete(key: K): boolean {
    if (this.has(key)) this.#total -= this.#sizeOf(this.get(key) as V);
    return super.delete(key);
  }
}
