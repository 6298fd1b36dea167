import type { Config } from "#server/config.ts";
import type { Store } from "#server/store/store.ts";
import { EventHub } from "./event-hub.ts";

/** Undefined where there are no events: another API's flows change without our knowing, and no API documents them. */
export async function openEventHub(
  { upstream, extras }: Pick<Config, "upstream" | "extras">,
  store: Store | undefined,
): Promise<EventHub | undefined> {
  if (!store || upstream || !extras) return undefined;
  const hub = new EventHub();
  await hub.listenTo(store);
  return hub;
}
