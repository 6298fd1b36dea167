import { type MenuProps, Menu } from "#client/ui/overlays/menu.tsx";
import { type FlowListCommandsProps, listMenuCommands } from "./flow-list-commands.ts";

export function FlowListMenu({
  address,
  actions,
  hasRows,
  ...menu
}: Omit<MenuProps, "entries"> & FlowListCommandsProps) {
  return <Menu {...menu} entries={listMenuCommands({ address, actions, hasRows })} />;
}
