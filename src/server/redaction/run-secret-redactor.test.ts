import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JsonValue, isJsonObject } from "#core/json/json.ts";
import {
  MAX_LINEAR_TIME_GROWTH_FACTOR,
  measureTimeGrowthForFourfoldInput,
} from "#core/testing/measure-growth.ts";
import { EMPTY_RUN_PLAN } from "#server/testing/run-harness.ts";
import { createPlatformVariables } from "#server/runner/platform-variables.ts";
import { MIN_SECRET_LENGTH, RunSecretRedactor } from "./run-secret-redactor.ts";

const MASK = "•••";
const short = fc.string({ unit: fc.constantFrom("a", "b", "c", '"', "\n", "/", "😀"), maxLength: 6 });
/** Secrets of all lengths, which often overlap, and texts made of their parts. */
const secretText = fc.oneof(
  short,
  fc.string({ unit: fc.constantFrom("a", "b"), minLength: 6, maxLength: 9 }),
  fc.string({ unit: fc.constantFrom("a", "-", "/", "😀"), maxLength: 8 }),
);
const escaped = fc.oneof(
  secretText,
  short.map((text) => JSON.stringify(text).slice(1, -1)),
  short.map((text) => encodeURIComponent(text)),
  fc.string({ unit: fc.constantFrom("\\", "u", "0", "6", "1", "%", "n", "a"), maxLength: 8 }),
);

/** Whether a text contains a secret: a short one counts only without a letter, digit or underscore beside it. */
function hasSecret(text: string, secret: string): boolean {
  if (secret.length >= MIN_SECRET_LENGTH) return text.includes(secret);
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
    const beside = text.charAt(at - 1) + text.charAt(at + secret.length);
    if (!/\w/.test(beside)) return true;
  }
  return false;
}

it("the redactor removes every secret from a text, even if secrets overlap", () => {
  fc.assert(
    fc.property(
      fc.array(secretText, { maxLength: 5 }),
      fc.array(secretText, { maxLength: 8 }),
      (secrets, texts) => {
        const redacted = new RunSecretRedactor(secrets).text(texts.join(""));
        // Puts a letter for the mask, because the text beside a mask did not stand alone before.
        for (const secret of secrets)
          if (secret !== "") expect(hasSecret(redacted.replaceAll(MASK, "x"), secret)).toBe(false);
      },
    ),
  );
});

describe("the redactor masks a secret shorter than six characters", () => {
  it.each([
    ["pin is 4711.", "pin is •••."],
    ["4711", "•••"],
    ["x=%204711", "x=%20•••"],
    ["(4711)-4711/4711", "(•••)-•••/•••"],
    ["x=%204711%20 \\n4711\\n", "x=%20•••%20 \\n•••\\n"],
    ["order 147115, 4711th, a4711, _4711, ä4711, 4711é", "order 147115, 4711th, a4711, _4711, ä4711, 4711é"],
  ])("in %j only where it stands alone", (text, redacted) => {
    const redactor = new RunSecretRedactor(["4711"]);
    expect(redactor.text(text)).toBe(redacted);
    for (let cut = 0; cut <= text.length; cut += 1) {
      const stream = redactor.stream();
      expect(stream.push(text.slice(0, cut)) + stream.push(text.slice(cut)) + stream.end()).toBe(redacted);
    }
  });

  it("in the values of an object, but not in the names of its fields", () => {
    const value = { "4711": "4711", a: ["x4711", { b: "is 4711" }] };
    expect(new RunSecretRedactor(["4711"]).value(value)).toEqual({
      "4711": "•••",
      a: ["x4711", { b: "is •••" }],
    });
  });

  it("and returns the same value where it is only a part of words, names and numbers", () => {
    const value = { "4711": ["47110", { a: 4711 }] };
    expect(new RunSecretRedactor(["4711"]).value(value)).toBe(value);
  });
});

it("the redactor keeps the names of the server's own fields, also if a secret is the same word", () => {
  const redactor = new RunSecretRedactor(["metadata", "message"]);
  expect(redactor.value({ metadata: { metadata_2: "metadata" }, messageId: "message", messages: 1 })).toEqual(
    {
      metadata: { "•••_2": "•••" },
      messageId: "•••",
      messages: 1,
    },
  );
  expect(redactor.name("userMessage")).toBe("userMessage");
  expect(redactor.name("orderMessage")).toBe("order•••");
  expect(redactor.report({ message: { subMessages: "message" } })).toEqual({
    message: { subMessages: "•••" },
  });
});

it("the redactor redacts a secret completely even if it contains another secret in URL-escaped form", () => {
  expect(new RunSecretRedactor(["ab%63defghij", "cde"]).text("x ab%63defghij y")).toBe("x ••• y");
});

it("the redactor keeps every name that a run has for its variables and its record", () => {
  const record = { id: "record_1", type: "lead", name: "One", metadata: {}, messages: [] };
  const variables = createPlatformVariables({ ...EMPTY_RUN_PLAN, record }, 0, () => 0);
  const names = [...variables].flatMap(([name, read]) => {
    const value = read();
    return [name, ...(isJsonObject(value) ? Object.keys(value) : [])];
  });
  expect(names).toContain("metadata");
  expect(names.filter((name) => new RunSecretRedactor([name]).name(name) !== name)).toEqual([]);
});

it.each([
  ["sk-geheim-42", "sk-Geheim-42"],
  ["SK-GEHEIM-42", "sk-Geheim-42"],
  ["Sk-gEHEIM-42", "SK-GEHEIM-42"],
  ["SK%2Dgeheim%2D42", "sk-Geheim-42"],
  ["key-42", " KEY-42\n"],
])("the redactor redacts %j, another spelling of the secret %j", (spelled, secret) => {
  const redactor = new RunSecretRedactor([secret]);
  expect(redactor.text(`<${spelled}>`)).toBe("<•••>");
  expect(redactor.value({ in: [`<${spelled}>`], [spelled]: 1 })).toEqual({ in: ["<•••>"], "•••": 1 });
  const stream = redactor.stream();
  expect(stream.push(`<${spelled.slice(0, 2)}`) + stream.push(`${spelled.slice(2)}>`) + stream.end()).toBe(
    "<•••>",
  );
});

it("the redactor leaves a text without secrets unchanged", () => {
  fc.assert(
    fc.property(fc.array(short), short, (secrets, text) => {
      const forms = secrets.flatMap((secret) => [
        secret,
        secret.trim(),
        JSON.stringify(secret).slice(1, -1),
        encodeURI(secret),
      ]);
      fc.pre(!forms.some((form) => form !== "" && text.includes(form)));
      expect(new RunSecretRedactor(secrets.filter((secret) => !text.includes(secret))).text(text)).toBe(text);
    }),
  );
});

it("the redactor redacts all texts and keys of a JSON value", () => {
  const redactor = new RunSecretRedactor(['aaaa"1', "x\ny", "é/"]);
  const value: JsonValue = { 'aaaa"1': ["-x\ny-", { deep: "é/", n: 1 }], plain: [null, true, "x y"] };
  expect(redactor.value(value)).toEqual({
    "•••": ["-•••-", { deep: "•••", n: 1 }],
    plain: [null, true, "x y"],
  });
  const clean = { a: [1, 2, { b: "none" }] };
  expect(redactor.value(clean)).toBe(clean);
});

it("the redactor redacts a JSON value with lone surrogates", () => {
  expect(new RunSecretRedactor(["\uD83D"]).value(["😀", "\uD83D!"])).toEqual(["•••\uDE00", "•••!"]);
});

it("the redactor redacts secrets escaped as in JSON or a URL", () => {
  fc.assert(
    fc.property(secretText, short, short, (secret, before, after) => {
      fc.pre(secret.length >= MIN_SECRET_LENGTH);
      const redactor = new RunSecretRedactor([secret]);
      for (const escape of [(text: string) => JSON.stringify(text).slice(1, -1), encodeURIComponent]) {
        const text = redactor.text(`<${escape(before + secret + after)}>`);
        expect(text.split(MASK).join("\0")).not.toContain(escape(secret));
      }
    }),
  );
});

it.each([
  ["%2e%2E%7ekey%c3%a9", "..~keyé"],
  [String.raw`\u002e.\u007Ekey\u00e9`, "..~keyé"],
  [String.raw`a\/b`, "a/b"],
  ["%F0%9F%98%80", "😀"],
])("the redactor redacts the escaped form %s of a secret", (spelled, secret) => {
  const redactor = new RunSecretRedactor([secret]);
  expect(redactor.text(`<${spelled}>`)).toBe("<•••>");
  expect(redactor.value({ in: [`<${spelled}>`] })).toEqual({ in: ["<•••>"] });
});

it.each(["%", "%4", "%C3", "%C3%", "%ZZ", "%80", "%ED%A0%80", "%F8", "\\", "\\u12", "\\x", "100 %"])(
  "the redactor leaves %j, an incomplete escape, unchanged",
  (text) => expect(new RunSecretRedactor(["secret"]).text(`a${text}`)).toBe(`a${text}`),
);

it("the redactor produces the same text for a stream as for the whole text, regardless of chunk boundaries", () => {
  fc.assert(
    fc.property(fc.array(secretText, { maxLength: 4 }), fc.array(escaped), (secrets, pieces) => {
      const redactor = new RunSecretRedactor(secrets);
      const stream = redactor.stream();
      const streamed = pieces.map(stream.push).join("") + stream.end();
      expect(streamed).toBe(redactor.text(pieces.join("")));
    }),
  );
});

it.each([
  ["touch", ["ababab", "abababc"], "ab"],
  ["overlap", ["abababa"], "ab"],
])("the redactor continues streaming after a sequence of secrets that %s", (_, secrets, unit) => {
  const stream = new RunSecretRedactor(secrets).stream();
  expect(stream.push(unit.repeat(50))).toBe(MASK);
  expect(stream.push(`${unit.repeat(50)}. Then plain text`)).toMatch(/^b?\. Then plain text$/);
  expect(stream.end()).toBe("");
});

describe("the redactor redacts every escaped form of", () => {
  it.each<[string, readonly string[]]>([
    ["a secret of 40 kB", ["\u0001".repeat(40_000)]],
    [
      "a hundred secrets of 400 characters",
      Array.from({ length: 100 }, (_, n) => `${n}${"\u0001".repeat(400)}`),
    ],
  ])("%s", (_, secrets) => {
    const redactor = new RunSecretRedactor(secrets);
    const [secret = ""] = secrets;
    const text = [secret, JSON.stringify(secret), encodeURIComponent(secret)].join(" ");
    expect(redactor.value({ text })).toEqual({ text: '••• "•••" •••' });
  });
});

it("the redactor refuses secrets beyond its size limit, and still redacts those it accepted", () => {
  const redactor = new RunSecretRedactor(["first"]);
  for (let count = 0; count < 100; count += 1) redactor.hide(`${count}${"x".repeat(2000)}`);
  for (const long of ["y".repeat(100_000), "z".repeat(8_000_000)])
    expect(() => redactor.hide(long)).toThrow("exceed 256 kB");
  redactor.hide("last");
  expect(redactor.text(`first 0${"x".repeat(2000)} last`)).toBe("••• ••• •••");
});

it("the redactor accepts a secret too long for a regular expression", () => {
  const secret = "(".repeat(40_000);
  expect(new RunSecretRedactor([secret, "other"]).text(`<${secret}> other`)).toBe("<•••> •••");
});

describe("the redactor takes linear time", () => {
  const nearly = `b${"a".repeat(4000)}`;
  it.each<[string, readonly string[], (size: number) => string]>([
    ["for repetitions of a secret's character", ["a".repeat(4000)], (size) => "a".repeat(size)],
    ["for a text that repeats the end of a secret", [nearly], (size) => "a".repeat(size)],
    [
      "for secrets with a common prefix",
      Array.from({ length: 100 }, (_, n) => `aaaa${n}`),
      (size) => "a".repeat(size),
    ],
    ["for a text of secrets", ["aaaaaa"], (size) => "aaaaaab".repeat(size / 7)],
    ["for a text of short secrets", ["a", "a-a-a"], (size) => "a-".repeat(size / 2)],
  ])("%s", (_, secrets, make) => {
    const redactor = new RunSecretRedactor(secrets);
    expect(measureTimeGrowthForFourfoldInput((size) => redactor.text(make(size)))).toBeLessThan(
      MAX_LINEAR_TIME_GROWTH_FACTOR,
    );
  });

  it.each<[string, readonly string[], string]>([
    ["secrets that touch", ["ababab", "abababc"], "ab"],
    ["secrets that overlap", ["abababa", "abababab"], "ab"],
    ["repetitions of a secret", ["aaaaaa"], "a"],
    ["short secrets", ["a", "a-a-a"], "a-"],
  ])("for a stream of %s", (_, secrets, unit) => {
    const redactor = new RunSecretRedactor(secrets);
    const piece = unit.repeat(20 / unit.length);
    const run = (size: number) => {
      const stream = redactor.stream();
      for (let sent = 0; sent < size; sent += 20) stream.push(piece);
      return stream.end();
    };
    expect(measureTimeGrowthForFourfoldInput(run)).toBeLessThan(MAX_LINEAR_TIME_GROWTH_FACTOR);
  });

  it("in the length of the secrets", () => {
    expect(
      measureTimeGrowthForFourfoldInput(
        (size) => new RunSecretRedactor(["ab".repeat(size / 2), `${"ab".repeat(size / 2)}c`]),
      ),
    ).toBeLessThan(MAX_LINEAR_TIME_GROWTH_FACTOR);
  });
});
