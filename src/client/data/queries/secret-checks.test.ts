import { QueryClient } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import type { ServerCapabilities } from "#contract/local.ts";
import { serverCapabilityQueries } from "./capability-queries.ts";
import { checkManagedSecrets } from "./secret-checks.ts";

const cloud: ServerCapabilities = {
  mode: "cloud",
  upstream: "https://api.example.com",
  auth: "none",
  signedIn: true,
  scopes: ["*"],
  features: { secrets: true },
};

/** Opens a page whose API answers checks of secrets with `answer`; `asked` has the requested names. */
async function openPage(answer: (names: readonly string[]) => Response) {
  const asked: (readonly string[])[] = [];
  vi.stubGlobal("fetch", async (url: string, { body }: { readonly body: string }) => {
    if (!url.includes("/local/secrets/check")) return Response.json(cloud);
    const { names } = JSON.parse(body) as { readonly names: readonly string[] };
    asked.push(names);
    return answer(names);
  });
  const client = new QueryClient();
  await client.fetchQuery(serverCapabilityQueries.current());
  const check = async (names: readonly string[], now: number) =>
    Object.fromEntries(await checkManagedSecrets(client, names, { now }));
  return { asked, check };
}

it("a check requests all names at once, and later only new, missing and revoked names", async () => {
  const names = Array.from({ length: 120 }, (_, index) => `KEY_${index}`);
  const { asked, check } = await openPage((asks) =>
    Response.json({
      found: asks.filter((name) => name !== "KEY_7" && name !== "KEY_8"),
      missing: asks.filter((name) => name === "KEY_7"),
      revoked: asks.filter((name) => name === "KEY_8"),
    }),
  );
  expect(await check(names, 0)).toMatchObject({ KEY_0: "found", KEY_7: "missing", KEY_8: "revoked" });
  expect(asked.map(({ length }) => length)).toEqual([120]);
  await check(names, 59_000);
  expect(asked).toHaveLength(1);
  await check([...names, "NEW"], 60_000);
  expect(asked[1]).toEqual(["KEY_7", "KEY_8", "NEW"]);
});

it("many names are requested in parts, and an answered part is kept if a later one fails", async () => {
  const names = Array.from({ length: 600 }, (_, index) => `KEY_${index}`);
  const { asked, check } = await openPage((asks) =>
    asks.includes("KEY_599")
      ? Response.json({ error: "Slow down" }, { status: 429 })
      : Response.json({ found: asks, missing: [], revoked: [] }),
  );
  expect(Object.keys(await check(names, 0))).toEqual(names.slice(0, 500));
  expect(asked.map(({ length }) => length)).toEqual([250, 250, 100]);
});

it("the state of a name stays unknown if the API cannot check it, or the answer is no list of names", async () => {
  const { check } = await openPage(() => Response.json({ found: [], missing: [], revoked: [] }));
  expect(await check(["SILENT"], 0)).toEqual({});

  const page = await openPage(() => new Response("<h1>Sign in</h1>"));
  expect(await page.check(["SILENT"], 0)).toEqual({});
});

it("no check is sent after the API has lacked or refused the endpoint, and no secret counts as missing", async () => {
  const missing = await openPage(() => Response.json({ error: "Not found" }, { status: 404 }));
  expect(await missing.check(["A"], 0)).toEqual({});
  expect(await missing.check(["A", "B"], 100_000)).toEqual({});
  expect(missing.asked).toHaveLength(1);
  const refused = await openPage(() =>
    Response.json({ error: "Forbidden" }, { status: 403, headers: { "x-server-key-refused": "1" } }),
  );
  await refused.check(["A"], 0);
  await refused.check(["A"], 100_000);
  expect(refused.asked).toHaveLength(1);
});
