import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";
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

afterEach(() => vi.unstubAllGlobals());

/** Opens a page whose API answers checks of secrets with `answer`; `asked` has the requested names. */
async function openPage(answer: (keys: readonly string[]) => Response) {
  const asked: (readonly string[])[] = [];
  vi.stubGlobal("fetch", async (url: string, { body }: { readonly body: string }) => {
    if (!url.includes("/v1/secrets/check")) return Response.json(cloud);
    const { keys } = JSON.parse(body) as { readonly keys: readonly string[] };
    asked.push(keys);
    return answer(keys);
  });
  const client = new QueryClient();
  await client.fetchQuery(serverCapabilityQueries.current());
  const check = async (names: readonly string[], now: number) =>
    Object.fromEntries(await checkManagedSecrets(client, names, { now }));
  return { asked, check };
}

it("a check requests 50 names at a time, and later only new, missing and revoked names", async () => {
  const names = Array.from({ length: 120 }, (_, index) => `KEY_${index}`);
  const { asked, check } = await openPage((keys) =>
    Response.json({
      found: keys.filter((key) => key !== "KEY_7" && key !== "KEY_8"),
      missing: keys.filter((key) => key === "KEY_7"),
      revoked: keys.filter((key) => key === "KEY_8"),
    }),
  );
  expect(await check(names, 0)).toMatchObject({ KEY_0: "found", KEY_7: "missing", KEY_8: "revoked" });
  expect(asked.map(({ length }) => length)).toEqual([50, 50, 20]);
  await check(names, 59_000);
  expect(asked).toHaveLength(3);
  await check([...names, "NEW"], 60_000);
  expect(asked[3]).toEqual(["KEY_7", "KEY_8", "NEW"]);
});

it("the state of a name stays unknown if the API cannot check it, omits it, or returns another format", async () => {
  const long = "L".repeat(101);
  const { asked, check } = await openPage(() => Response.json({ found: ["OTHER", 7], missing: "none" }));
  expect(await check(["SILENT", long], 0)).toEqual({});
  expect(asked).toEqual([["SILENT"]]);

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
