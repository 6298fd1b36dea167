import { useStore } from "zustand";
import { KeyboardKey } from "#client/ui/controls/inline-text.tsx";
import { Switch } from "#client/ui/controls/switch.tsx";
import { singleKeyShortcutsPreference } from "#client/ui/focus/key-event-in-text-field.ts";
import { Dialog } from "./dialog.tsx";

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly {
    readonly id: string;
    readonly label: string;
    readonly keys?: readonly string[] | undefined;
  }[];
}

type ShortcutsDialogProps = {
  readonly groups: readonly ShortcutGroup[];
  /** The shortcuts without a modifier key, as text beside the switch that disables them. */
  readonly singleKeys: string;
  readonly onClose: () => void;
};

/** Lists the keyboard shortcuts. Includes the switch that turns off shortcuts without a modifier key. */
export function ShortcutsDialog({ groups, singleKeys, onClose }: ShortcutsDialogProps) {
  const isOn = useStore(singleKeyShortcutsPreference);
  return (
    <Dialog title="Keyboard shortcuts" size="lg" onClose={onClose}>
      <div className="gap-x-10 sm:columns-2">
        {groups.map(({ title, shortcuts }) => (
          <section key={title} className="break-inside-avoid pb-5">
            <h3 className="mb-1 text-xs font-medium text-muted">{title}</h3>
            <dl>
              {shortcuts.map(({ id, label, keys = [] }) => (
                <div key={id} className="flex min-h-7 items-center justify-between gap-4 text-sm">
                  <dt className="min-w-32">{label}</dt>
                  <dd className="flex flex-wrap justify-end gap-x-2 gap-y-1">
                    {keys.map((shortcut) => (
                      <KeyboardKey key={shortcut} shortcut={shortcut} />
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
          <span className="block text-muted">{singleKeys}. Turn off if you use voice dictation.</span>
        </span>
        <Switch
          label="Single-key shortcuts"
          checked={isOn}
          onCheckedChange={singleKeyShortcutsPreference.set}
        />
      </div>
    </Dialog>
  );
}
