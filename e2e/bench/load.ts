import { Agent, request } from "node:http";
import { computeQuantile } from "./statistics.ts";

interface LoadOptions {
  readonly connections?: number;
  readonly warmUpMs?: number;
  readonly runMs?: number;
}

export interface HttpLoadResult {
  readonly perSecond: number;
  /** Milliseconds from sending a request to the end of its response. */
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
}

interface LoadRequest {
  readonly url: string;
  readonly method?: string;
  readonly body?: string;
}

/**
 * Sends requests over a fixed number of connections, each right after the previous response. Rejects if a request
 * fails.
 */
export async function measureHttpLoad(
  next: (round: number) => LoadRequest,
  { connections = 16, warmUpMs = 1_000, runMs = 4_000 }: LoadOptions = {},
): Promise<HttpLoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const begin = performance.now() + warmUpMs;
  const end = begin + runMs;
  const times: number[] = [];
  let round = 0;
  const work = async () => {
    while (performance.now() < end) {
      round += 1;
      const started = performance.now();
      await send(agent, next(round));
      if (started >= begin) times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
  return {
    perSecond: times.length / (runMs / 1_000),
    median: computeQuantile(times, 0.5),
    p95: computeQuantile(times, 0.95),
    p99: computeQuantile(times, 0.99),
  };
}

function send(agent: Agent, { url, method = "GET", body }: LoadRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const sent = request(url, { agent, method, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${method} ${url} answered ${response.statusCode}`));
      response.resume();
      response.on("end", resolve);
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
