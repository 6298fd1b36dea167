import type { ServerConfig } from "#server/config/config.ts";
import type { Store } from "#server/store/store.ts";
import { EventHub } from "./event-hub.ts";

/**
 * Returns undefined if the extensions to the documented API are disabled: change events then do not exist. In cloud mode
 * the hub works without a store, for the changes that go through this server.
 */
export async function openEventHub(
  { upstream, extras }: Pick<ServerConfig, "upstream" | "extras">,
  store: Store | undefined,
): Promise<EventHub | undefined> {
  if (!upstream && (!store || !extras)) return undefined;
  const hub = new EventHub();
  if (store) await hub.listenTo(store);
  return hub;
}
