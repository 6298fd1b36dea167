import { useSyncExternalStore } from "react";
import { Dialog } from "#client/ui/dialog.tsx";
import { Kbd } from "#client/ui/kbd.tsx";
import { Switch } from "#client/ui/switch.tsx";
import { SHORTCUT_GROUPS, shortcuts } from "./shortcuts.ts";
import { singleKeys } from "./single-keys.ts";

/** The keyboard map, and the switch for what works without a modifier. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const isOn = useSyncExternalStore(singleKeys.subscribe, singleKeys.isOn);
  return (
    <Dialog title="Keyboard shortcuts" size="lg" onClose={onClose}>
      <div className="gap-x-10 sm:columns-2">
        {SHORTCUT_GROUPS.map(({ title, names }) => (
          <section key={title} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 text-xs font-medium text-muted">{title}</h3>
            <dl>
              {names.map((name) => (
                <div key={name} className="flex min-h-7 items-center justify-between gap-4 text-sm">
                  <dt className="min-w-32">{shortcuts[name].label}</dt>
                  <dd className="flex flex-wrap justify-end gap-x-2 gap-y-1">
                    {shortcuts[name].keys.map((keys) => (
                      <Kbd key={keys} shortcut={keys} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="flex items-center justify-between gap-4 border-t border-line pt-4 text-sm">
        <span>
          <span className="block font-medium">Single-key shortcuts</span>
          <span className="block text-muted">
            “/” and “?”. Switch them off if you dictate, or press keys by accident.
          </span>
        </span>
        <Switch label="Single-key shortcuts" checked={isOn} onCheckedChange={singleKeys.set} />
      </div>
    </Dialog>
  );
}
