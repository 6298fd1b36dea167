// Runs the generated commands, because only a shell shows whether it leaves their texts unchanged.
// oxlint-disable-next-line layers/allowed-imports
import { execFile, execFileSync, spawnSync } from "node:child_process";
// oxlint-disable-next-line layers/allowed-imports
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
// oxlint-disable-next-line layers/allowed-imports
import { createServer } from "node:http";
// oxlint-disable-next-line layers/allowed-imports
import type { AddressInfo } from "node:net";
// oxlint-disable-next-line layers/allowed-imports
import { tmpdir } from "node:os";
// oxlint-disable-next-line layers/allowed-imports
import path from "node:path";
// oxlint-disable-next-line layers/allowed-imports
import { promisify } from "node:util";
import * as fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { type ApiRequest, formatRequestAsCurl, formatRequestAsTypeScript } from "./format-request.ts";

const KEY = `k"e'y $(x) \`y\``;
const env = { ...process.env, RUNTYPE_API_KEY: KEY };

/**
 * Texts with characters that are special to shells, templates and terminals; without NUL and lone surrogates,
 * which the API does not store.
 */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."' $ ${HOME} $(id) `id` ! EOF %s   ‮ 👩‍👩‍👧 */ </script> {{page}}".split(" "),
        '"',
        "\\",
        "\n",
        "\r",
        "\nJSON\n",
        "\u2028",
      ),
      fc.string({ unit: "binary", maxLength: 8 }).map((text) => text.replaceAll(/\0|\p{Cs}/gu, "")),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));
const bodies = fc.dictionary(fc.oneof(hostile, fc.constant("__proto__")), hostile, { maxKeys: 5 });

/** Defines `curl` as a function that writes its arguments, each on a line as hexadecimal digits, and then its input. */
const FAKE_CURL = String.raw`curl() { for word in "$@"; do printf '%s' "$word" | od -An -v -tx1 | tr -d ' \n'; echo; done; cat; }
`;

function runCurl(request: ApiRequest): { readonly words: readonly string[]; readonly input: string } {
  const output = execFileSync("sh", ["-c", FAKE_CURL + formatRequestAsCurl(request)], {
    env,
    input: "",
  }).toString();
  const lines = output.split("\n");
  const count = lines.findIndex((line) => !/^[0-9a-f]*$/.test(line));
  const words = lines.slice(0, count < 0 ? -1 : count).map((line) => Buffer.from(line, "hex").toString());
  return { words, input: count < 0 ? "" : lines.slice(count).join("\n") };
}

it("writes a cURL command whose words and input arrive unchanged", () => {
  fc.assert(
    fc.property(bodies, hostile, (body, text) => {
      const request: ApiRequest = {
        method: "PUT",
        url: `http://localhost/${text.replaceAll(/[\r\n]/g, "")}`,
        headers: { "If-Match": `"${text.replaceAll(/[\r\n]/g, "")}"` },
        body,
      };
      const { words, input } = runCurl(request);
      expect(words.slice(0, 5)).toEqual(["-sS", "--fail-with-body", "-X", "PUT", request.url]);
      expect(words).toContain(`Authorization: Bearer ${KEY}`);
      expect(words).toContain(`If-Match: ${request.headers["If-Match"]}`);
      expect(JSON.parse(input)).toEqual(JSON.parse(JSON.stringify(body)));
    }),
    { numRuns: 40 },
  );
});

it("writes a JavaScript module that calls fetch with the given request", async () => {
  vi.stubEnv("RUNTYPE_API_KEY", KEY);
  await fc.assert(
    fc.asyncProperty(bodies, hostile, async (body, text) => {
      const request: ApiRequest = {
        method: "POST",
        url: `http://localhost/${text}`,
        headers: { "If-Match": text },
        body,
      };
      const calls: { readonly url: string; readonly init: RequestInit }[] = [];
      const fakeFetch = async (url: string, init: RequestInit) => {
        calls.push({ url, init });
        return { ok: true, json: async () => ({}) };
      };
      // oxlint-disable-next-line typescript/no-implied-eval
      const run = new Function(
        "fetch",
        "console",
        `return (async () => {\n${formatRequestAsTypeScript(request).replace("export {};\n", "")}})();`,
      );
      await run(fakeFetch, { log: () => undefined });
      expect(calls).toHaveLength(1);
      expect(calls[0]).toMatchObject({
        url: request.url,
        init: { method: "POST", headers: { Authorization: `Bearer ${KEY}`, "If-Match": text } },
      });
      expect(calls[0]?.init.body).toBe(JSON.stringify(body));
    }),
    { numRuns: 100 },
  );
});

it("escapes characters that a terminal could interpret, and writes no body for a request without a body", () => {
  const body: JsonObject = { text: "a\u009Bb\u202Ec\u2028d\u007Fe" };
  const request: ApiRequest = { method: "POST", url: "http://localhost/", headers: {}, body };
  for (const code of [formatRequestAsCurl(request), formatRequestAsTypeScript(request)])
    expect(code).toContain(String.raw`a\u009bb\u202ec\u2028d\u007fe`);
  const empty = { ...request, body: undefined };
  expect(formatRequestAsCurl(empty)).not.toMatch(/JSON|Content-Type/);
  expect(formatRequestAsTypeScript(empty)).not.toMatch(/body|Content-Type/);
});

it("writes TypeScript that compiles in strict mode without the types of Node.js", { timeout: 60_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "format-request-"));
  try {
    const body = { flow: { id: "flow_1" } };
    const file = path.join(folder, "request.ts");
    writeFileSync(
      file,
      formatRequestAsTypeScript({ method: "POST", url: "http://localhost/", headers: {}, body }),
    );
    const compiler = path.resolve("node_modules/.bin/tsc");
    const options = ["--noEmit", "--strict", "--ignoreConfig", "--target", "es2022", "--module", "esnext"];
    const { stdout, status } = spawnSync(compiler, [...options, file], { cwd: folder });
    expect({ errors: stdout.toString(), status }).toEqual({ errors: "", status: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("writes a cURL command that fails, and prints the answer, if the server answers with an error", async () => {
  const server = createServer((_, response) => response.writeHead(412).end("STALE_REVISION"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    const code = formatRequestAsCurl({ method: "POST", url, headers: {}, body: undefined });
    const failure = await promisify(execFile)("sh", ["-c", code], { env }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 22, stdout: "STALE_REVISION" });
  } finally {
    server.close();
  }
});
