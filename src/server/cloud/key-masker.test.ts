import { expect, it } from "vitest";
import { KeyMasker } from "./key-masker.ts";

const KEY = 'rt_"live"/rt_"live"+1';

it("the API key masker masks a key that is split across chunks", () => {
  const forms = [KEY, JSON.stringify(KEY).slice(1, -1), encodeURIComponent(KEY), btoa(KEY)];
  for (const form of forms) {
    const text = Buffer.from(`rt_ä ${form} rt_"liv ${form}rt_"`);
    const wanted = `rt_ä ${"*".repeat(form.length)} rt_"liv ${"*".repeat(form.length)}rt_"`;
    for (let first = 0; first <= text.length; first += 1) {
      for (const second of [first, first + 1, first + 7, text.length]) {
        const mask = new KeyMasker(KEY);
        const cuts = [text.subarray(0, first), text.subarray(first, second), text.subarray(second)];
        const parts = [...cuts.map((chunk) => mask.push(chunk)), mask.end()];
        expect(Buffer.concat(parts).toString(), `${form} ${first} ${second}`).toBe(wanted);
      }
    }
  }
});

it("the API key masker forwards bytes immediately if they cannot be the start of the key", () => {
  const mask = new KeyMasker(KEY);
  expect(mask.push(Buffer.from("data: x\n\n")).toString()).toBe("data: x\n\n");
});
