import type { Api } from "#e2e/harness/api.ts";

const AT_ONCE = 8;

/** Creates flows until there are `count`, or until the time is up. Returns the ids of those it made. */
export async function fillStore(
  api: Api,
  count: number,
  build: (index: number) => Parameters<Api["createFlow"]>[0],
  limitMs = 300_000,
): Promise<readonly string[]> {
  const ids: string[] = [];
  const end = Date.now() + limitMs;
  let next = 0;
  const work = async () => {
    while (next < count && Date.now() < end) {
      next += 1;
      ids.push((await api.createFlow(build(next))).id);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return ids;
}
