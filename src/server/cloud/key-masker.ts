/** Replaces a key (plain, JSON, URL-encoded or base64) with as many asterisks, so that `Content-Length` stays correct. */
export class KeyMasker {
  readonly #forms: readonly Buffer[];
  #rest: Buffer = Buffer.alloc(0);

  constructor(key: string) {
    const forms = [
      key,
      JSON.stringify(key).slice(1, -1),
      encodeURIComponent(key),
      Buffer.from(key).toString("base64"),
    ];
    this.#forms = [...new Set(forms)].map((form) => Buffer.from(form));
  }

  /** Masks the key in a chunk. Delays trailing bytes that may be the start of the key, until the next chunk arrives. */
  push(chunk: Uint8Array): Buffer {
    const bytes = Buffer.concat([this.#rest, chunk]);
    for (const form of this.#forms) {
      for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, at + form.length))
        bytes.fill("*", at, at + form.length);
    }
    const held = Math.max(...this.#forms.map((form) => countBeginning(bytes, form)));
    this.#rest = bytes.subarray(bytes.length - held);
    return bytes.subarray(0, bytes.length - held);
  }

  end(): Buffer {
    return this.#rest;
  }

  isIn(text: string): boolean {
    return this.#forms.some((form) => text.includes(form.toString()));
  }
}

function countBeginning(bytes: Buffer, form: Buffer): number {
  for (let length = Math.min(bytes.length, form.length - 1); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(form.subarray(0, length))) return length;
  }
  return 0;
}
