import type { ServerConfig } from "#server/config/config.ts";
import type { Store } from "#server/store/store.ts";
import { EventHub } from "./event-hub.ts";

/**
 * Returns undefined in cloud mode, in which the platform stores the flows, and if the extensions to the documented API
 * are disabled: change events then do not exist.
 */
export async function openEventHub(
  { upstream, extras }: Pick<ServerConfig, "upstream" | "extras">,
  store: Store | undefined,
): Promise<EventHub | undefined> {
  if (!store || upstream || !extras) return undefined;
  const hub = new EventHub();
  await hub.listenTo(store);
  return hub;
}
