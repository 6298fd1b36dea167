/** A setting of this browser that is on or off, the same in every tab. `key` names it in local storage. */
export function createStoredSwitch(key: string, isOnAtFirst: boolean) {
  /** Where storage does not take it, a wish lasts as long as the page. */
  let unstored: boolean | undefined;

  const isOn = (): boolean => {
    if (unstored !== undefined) return unstored;
    try {
      const stored = localStorage.getItem(key);
      return stored === null ? isOnAtFirst : stored === "on";
    } catch {
      return isOnAtFirst;
    }
  };

  return {
    isOn,
    set: (on: boolean): void => {
      unstored = undefined;
      try {
        localStorage.setItem(key, on ? "on" : "off");
      } catch {
        unstored = on;
      }
      // Browsers tell the other tabs only; telling this one too leaves one path for both.
      dispatchEvent(new StorageEvent("storage", { key }));
    },
    subscribe: (listener: () => void): (() => void) => {
      const hear = (event: StorageEvent) => (event.key === key || event.key === null) && listener();
      addEventListener("storage", hear);
      return () => removeEventListener("storage", hear);
    },
  };
}
