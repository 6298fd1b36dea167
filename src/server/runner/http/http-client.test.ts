import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startUnlimitedRunMemory } from "#server/testing/unlimited-run-memory.ts";
import { isPublicIpAddress } from "./is-public-ip-address.ts";
import { type HttpClientForSteps, createHttpClientForSteps } from "./http-client.ts";

let server: Server;
let other: Server;
let origin: string;
let client: HttpClientForSteps;
const seen: IncomingMessage[] = [];
const never = new AbortController().signal;
const memory = (await startUnlimitedRunMemory()).open();

const listen = (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
  new Promise<Server>((resolve) => {
    const made = createServer((request, response) => {
      seen.push(request);
      answer(request, response);
    });
    made.listen(0, "127.0.0.1", () => resolve(made));
  });
const placeOf = (of: Server) => `127.0.0.1:${(of.address() as AddressInfo).port}`;

beforeAll(async () => {
  other = await listen((_, response) => response.end("other"));
  server = await listen((request, response) => {
    const path = request.url ?? "";
    const target = /^\/to\/(\d+)\/(.*)$/.exec(path);
    if (target) {
      response.writeHead(Number(target[1]), { location: decodeURIComponent(target[2] ?? "") }).end();
    } else if (path === "/round") {
      response.writeHead(302, { location: "/round" }).end();
    } else if (path === "/endless") {
      response.writeHead(200, { "content-type": "text/plain" });
      const timer = setInterval(() => response.write("x".repeat(100_000)), 1);
      response.on("close", () => clearInterval(timer));
    } else if (path === "/silent") {
      response.writeHead(200).write("a");
    } else if (path === "/latin") {
      response.writeHead(200, { "content-type": "text/plain; charset=iso-8859-1" }).end(Buffer.from([0xfc]));
    } else response.end(`${request.method} ${path}`);
  });
  origin = `http://${placeOf(server)}`;
  client = createHttpClientForSteps([placeOf(server), placeOf(other)]);
});

afterAll(async () => {
  await client.close();
  for (const one of [server, other]) {
    one.closeAllConnections();
    one.close();
  }
});

const get = (url: string, headers: Record<string, string> = {}, signal = never) =>
  client.send({ method: "GET", url, headers, body: undefined }, signal, memory);

describe("the address", () => {
  it.each([
    "127.0.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "169.254.169.254",
    "172.31.0.1",
    "192.168.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:1::1",
    "2001:db8::1",
    "not a valid URL",
    "",
  ])("%j is not public", (address) => expect(isPublicIpAddress(address)).toBe(false));

  it.each([
    "1.1.1.1",
    "93.184.216.34",
    "172.32.0.1",
    "2606:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
  ])("%j is public", (address) => expect(isPublicIpAddress(address)).toBe(true));
});

it.each([
  "http://127.0.0.1:9/",
  "http://127.1:9/",
  "http://2130706433/",
  "http://0x7f000001/",
  "http://0177.0.0.1/",
  "http://0/",
  "http://[::1]/",
  "http://[::]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[64:ff9b::7f00:1]/",
  "http://10.0.0.8/",
  "http://169.254.169.254/latest/meta-data/",
  "http://[fd00:ec2::254]/",
  "http://①②⑦.⓪.⓪.①/",
  "http://localhost:8099/",
  "http://LOCALHOST:8099/",
])("the HTTP client of steps refuses %s", async (url) => {
  const before = seen.length;
  await expect(get(url)).rejects.toThrow(/on a private network/);
  expect(seen.length).toBe(before);
});

it.each([
  ["file:///etc/passwd", /Only http:\/\/ and https:\/\//],
  ["ftp://example.com/", /Only http/],
  ["data:text/plain,hello", /Only http/],
  ["javascript:alert(1)", /Only http/],
  ["example.com/page", /is not a valid URL/],
  ["", /is not a valid URL/],
  ["http://user:geheim@example.com/", /contains credentials/],
])("the HTTP client of steps refuses the URL %j", async (url, sentence) => {
  const failure = await get(url).catch((error: Error) => error.message);
  expect(failure).toMatch(sentence);
  expect(failure).not.toContain("geheim");
});

it("the HTTP client of steps refuses a host name that resolves to a private address, and connects only to checked addresses", async () => {
  const resolve = ((_host: string, _options: unknown, callback: (...of: unknown[]) => void) => {
    callback(null, [
      { address: "93.184.216.34", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ]);
  }) as never;
  const guarded = createHttpClientForSteps([], resolve);
  const url = `http://rebind.example:${(server.address() as AddressInfo).port}/`;
  await expect(
    guarded.send({ method: "GET", url, headers: {}, body: undefined }, never, memory),
  ).rejects.toThrow(/rebind.example:\d+ is on a private network/);
  await guarded.close();
});

it.each<[string, string, { readonly code: string }]>([
  ["an unknown host", "Host not found: http://{{x}}/. Check the URL.", { code: "ENOTFOUND" }],
  ["a refused connection", "http://{{x}}/ refused the connection.", { code: "ECONNREFUSED" }],
  ["another failure", "http://{{x}}/ could not be reached (ETIMEDOUT).", { code: "ETIMEDOUT" }],
])(
  "the HTTP client of steps quotes the URL as the step spells it when it reports %s",
  async (_, message, { code }) => {
    const resolve = ((host: string, _options: unknown, callback: (error: Error) => void) => {
      callback(Object.assign(new Error(`getaddrinfo ${code} ${host}`), { code }));
    }) as never;
    const guarded = createHttpClientForSteps([], resolve);
    const url = "http://Geheim-42.example/";
    const request = { method: "GET", url, writtenUrl: "http://{{x}}/", headers: {}, body: undefined };
    const failure = await guarded.send(request, never, memory).catch((error: Error) => error.message);
    expect(failure).toBe(message);
    await guarded.close();
  },
);

it("the HTTP client of steps refuses redirects to private addresses and other schemes", async () => {
  const to = (target: string) => get(`${origin}/to/302/${encodeURIComponent(target)}`);
  await expect(to("http://169.254.169.254/latest/")).rejects.toThrow(/private network/);
  await expect(to("http://localhost:8099/")).rejects.toThrow(/private network/);
  await expect(to("file:///etc/passwd")).rejects.toThrow(/Only http/);
});

it("the HTTP client of steps follows a redirect, and removes credentials for another origin", async () => {
  const headers = { authorization: "Bearer geheim", "x-api-key": "geheim", accept: "text/plain" };
  await get(`${origin}/to/302/${encodeURIComponent("/here")}`, headers);
  expect(seen.at(-1)?.headers).toMatchObject({ authorization: "Bearer geheim" });
  const answer = await get(`${origin}/to/302/${encodeURIComponent(`http://${placeOf(other)}/`)}`, headers);
  expect(answer.text).toBe("other");
  expect(seen.at(-1)?.headers).toMatchObject({ accept: "text/plain" });
  expect(JSON.stringify(seen.at(-1)?.headers)).not.toContain("geheim");
});

it("the HTTP client of steps sends the body again for a 307 redirect, but not for 302 and 303", async () => {
  const post = (status: number) =>
    client.send(
      { method: "POST", url: `${origin}/to/${status}/%2Fnext`, headers: {}, body: "x" },
      never,
      memory,
    );
  expect((await post(303)).text).toBe("GET /next");
  expect((await post(302)).text).toBe("GET /next");
  expect((await post(307)).text).toBe("POST /next");
});

it("the HTTP client of steps checks a URL without a request, and may return the status of a redirect", async () => {
  await expect(client.check(origin)).resolves.toBeUndefined();
  await expect(client.check("http://none.invalid/")).resolves.toBeUndefined();
  await expect(client.check("http://10.0.0.8/")).rejects.toThrow(/on a private network/);
  await expect(client.check("http://localhost:8099/")).rejects.toThrow(/on a private network/);
  await expect(client.check("ftp://example.com/")).rejects.toThrow(/Only http/);
  const url = `${origin}/to/302/%2Fhere`;
  const before = seen.length;
  const request = { method: "POST", url, headers: {}, body: "x", needsOnlyStatus: true };
  expect(await client.send(request, never, memory)).toEqual({ status: 302, contentType: "", text: "" });
  expect(seen.length).toBe(before + 1);
});

it("a request of a step fails if redirects form a loop or the response never ends", async () => {
  await expect(get(`${origin}/round`)).rejects.toThrow(/redirects more than 5 times/);
  await expect(get(`${origin}/endless`)).rejects.toThrow(/exceeds 5 MB/);
});

it("a request of a step rejects at once when the abort signal fires", async () => {
  const controller = new AbortController();
  const running = get(`${origin}/silent`, {}, controller.signal);
  setTimeout(() => controller.abort(new Error("enough")), 50);
  await expect(running).rejects.toThrow("enough");
});

it("the HTTP client of steps reports a refused connection, and decodes other character sets", async () => {
  await expect(
    createHttpClientForSteps(["127.0.0.1:9"]).send(
      { method: "GET", url: "http://127.0.0.1:9/", headers: {}, body: undefined },
      never,
      memory,
    ),
  ).rejects.toThrow(/127.0.0.1:9 refused the connection|bad port/);
  expect((await get(`${origin}/latin`)).text).toBe("ü");
  await expect(get(origin, { "bad name": "x" })).rejects.toThrow(/header “bad name”/);
});
