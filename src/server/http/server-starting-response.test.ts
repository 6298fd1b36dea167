import { expect, it } from "vitest";
import { errorBodySchema } from "#contract/error-body.ts";
import { StartProgress } from "#server/start-progress.ts";
import { createServerStartingResponse } from "./server-starting-response.ts";

const publicUrl = "https://flows.example.com";
const ask = (path: string, init: RequestInit = {}, progress?: string) =>
  createServerStartingResponse(new Request(`http://localhost:4400${path}`, init), { publicUrl }, progress);
const page = { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };

it("a starting server is alive but not ready", async () => {
  expect(ask("/healthz").status).toBe(200);
  expect(ask("/readyz", page).status).toBe(503);
  expect(await ask("/readyz").json()).toMatchObject({ error: "The server is starting." });
});

it.each([
  ["/v1/flows", {}],
  ["/v1/flows", page],
  ["/local/capabilities", page],
  ["/v1/dispatch", { method: "POST", body: "{}" }],
  ["/metrics", {}],
  ["/readyz", { headers: { accept: "*/*" } }],
])("a starting server answers %s with the documented error and a time to retry", async (path, init) => {
  const answer = ask(path, init);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  const body: unknown = await answer.json();
  expect(errorBodySchema.safeParse(body).success).toBe(true);
  expect(body).toMatchObject({ details: [{ code: "STARTING" }] });
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(answer.headers.get("strict-transport-security")).toBe("max-age=31536000");
});

it.each([
  ["/", {}],
  ["/flows/flow_1?step=a", page],
  ["/flows", { headers: { accept: "*/*" } }],
])("a starting server answers %s with a page that reloads without a script", async (path, init) => {
  const answer = ask(path, init);
  expect([answer.status, answer.headers.get("refresh"), answer.headers.get("retry-after")]).toEqual([
    503,
    "1",
    "1",
  ]);
  const html = await answer.text();
  expect(html).not.toContain("<script");
  const nonce = /<style nonce="([^"]+)">/.exec(html)?.[1];
  const policy = answer.headers.get("content-security-policy");
  expect(policy).toContain(`style-src 'nonce-${nonce}'`);
  expect(policy).not.toContain("sandbox");
});

it("a starting server says what it is doing, to probes and on the page", async () => {
  const progress = "Updating the store: 4 of 15…";
  expect(await ask("/healthz", {}, progress).json()).toEqual({ ok: true, progress });
  expect(await ask("/healthz").json()).toEqual({ ok: true });
  expect(await ask("/", page, progress).text()).toContain(`<p>${progress}</p>`);
  expect(await ask("/", page).text()).toContain("<p>This page reloads until it is ready.</p>");
});

it("a starting server logs its progress at most every five seconds, and not at all if the start is short", () => {
  let now = 0;
  const lines: string[] = [];
  const progress = new StartProgress(() => now);
  progress.logTo((text) => void lines.push(text));
  for (const second of [0, 1, 2, 5, 6, 9, 12]) {
    now = second * 1000;
    progress.report(`Second ${second}…`);
    expect(progress.text).toBe(`Second ${second}…`);
  }
  progress.report(undefined);
  expect([progress.text, ...lines]).toEqual([undefined, "Second 1…", "Second 6…", "Second 12…"]);
});
