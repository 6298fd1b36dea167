import type { ServerProcess } from "./server-process.ts";

export interface WriteLoad {
  readonly acknowledged: ReadonlyMap<string, string>;
  readonly sent: ReadonlyMap<string, string>;
  reach(writes: number): Promise<void>;
  /** Resolves when all writers have stopped, because the server has ended. */
  readonly done: Promise<unknown>;
}

const WRITERS = 4;

export function startWriteLoad(server: ServerProcess, round: number): WriteLoad {
  const acknowledged = new Map<string, string>();
  const sent = new Map<string, string>();
  let writes = 0;
  let goal = { writes: Number.POSITIVE_INFINITY, met: () => {} };
  const write = async (method: string, path: string, name: string) => {
    const response = await fetch(`${server.url}${path}`, { method, body: JSON.stringify({ name }) });
    const flow = (await response.json()) as { readonly id: string; readonly name: string };
    writes += 1;
    if (writes >= goal.writes) goal.met();
    return flow;
  };
  const runWriter = async (writer: number) => {
    for (let flow = 0; ; flow += 1) {
      const label = `round ${round} writer ${writer} flow ${flow}`;
      const { id, name } = await write("POST", "/v1/flows", label);
      acknowledged.set(id, name);
      sent.set(id, name);
      for (let save = 1; save <= 20; save += 1) {
        sent.set(id, `${label} save ${save}`);
        acknowledged.set(id, (await write("PUT", `/v1/flows/${id}`, `${label} save ${save}`)).name);
      }
    }
  };
  const writers = Array.from({ length: WRITERS }, (_, writer) => runWriter(writer).catch(() => undefined));
  const done = Promise.all(writers);
  const reach = (wanted: number) =>
    new Promise<void>((met) => {
      goal = { writes: wanted, met };
    });
  return { acknowledged, sent, reach, done };
}

export async function findLostWrites(server: ServerProcess, load: WriteLoad): Promise<readonly string[]> {
  const losses: string[] = [];
  for (const [id, name] of load.acknowledged) {
    const response = await fetch(`${server.url}/v1/flows/${id}`);
    const flow = (await response.json()) as { readonly name?: string };
    if (flow.name !== name && flow.name !== load.sent.get(id))
      losses.push(`${id}: ${name} became ${flow.name}`);
  }
  return losses;
}
