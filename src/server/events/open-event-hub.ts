import type { ServerConfig } from "#server/config/config.ts";
import type { Store } from "#server/store/store.ts";
import { EventHub } from "./event-hub.ts";

/** Undefined without the extensions: there are no change events. In cloud mode it works without a store. */
export async function openEventHub(
  { upstream, extras }: Pick<ServerConfig, "upstream" | "extras">,
  store: Store | undefined,
): Promise<EventHub | undefined> {
  if (!upstream && (!store || !extras)) return undefined;
  const hub = new EventHub();
  if (store) await hub.listenTo(store);
  return hub;
}
