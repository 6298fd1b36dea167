import { expect, it } from "vitest";
import { AnswerCache, encodeAnswer } from "./answer-cache.ts";

const make = (text: string, changes = 1) =>
  encodeAnswer({ status: 200, body: text }, { changes, isTagged: true });

it("the answer cache finds an answer only under the change count that was read with the answer", () => {
  const cache = new AnswerCache();
  cache.add("a", make("old", 1));
  expect(cache.find("a", 1)?.body.toString()).toBe("old");
  expect(cache.find("a", 2)).toBeUndefined();
  // Adds the answer of a read that began before the change, after the answer of a read that began later.
  cache.add("a", make("new", 2));
  cache.add("a", make("old", 1));
  expect(cache.find("a", 2)).toBeUndefined();
});

it("the answer cache respects its maximum size, and evicts the least recently used answers first", async () => {
  const cache = new AnswerCache(100_000);
  const body = "x".repeat(8_000);
  for (let index = 0; index < 50; index += 1) {
    cache.add(`key ${index}`, make(body));
    cache.find("key 0", 1);
    expect(cache.bytes).toBeLessThanOrEqual(100_000);
  }
  const found = Array.from({ length: 50 }, (_, index) => index).filter((index) =>
    cache.find(`key ${index}`, 1),
  );
  expect(found).toEqual([0, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49]);
  const answer = cache.find("key 49", 1) ?? make("");
  const before = cache.bytes;
  const packed = await cache.compress("key 49", answer);
  expect(cache.bytes).toBe(before + packed.byteLength);
  expect(await cache.compress("key 49", answer)).toBe(packed);
});

it("the answer cache holds no answer above its maximum share, and counts no bytes of evicted answers", () => {
  const cache = new AnswerCache(100_000);
  cache.add("large", make("x".repeat(20_000)));
  expect([cache.find("large", 1), cache.bytes]).toEqual([undefined, 0]);
  cache.add("a", make("text"));
  cache.find("a", 2);
  expect(cache.bytes).toBe(0);
});
