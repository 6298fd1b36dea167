/** Creates an on/off setting in local storage under `key`, shared by all tabs. */
export function createStoredOnOffSetting(key: string, isOnAtFirst: boolean) {
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
      // Browsers dispatch `storage` only in the other tabs; dispatching it here too makes all tabs run the same code.
      dispatchEvent(new StorageEvent("storage", { key }));
    },
    subscribe: (listener: () => void): (() => void) => {
      const onStorage = (event: StorageEvent) => (event.key === key || event.key === null) && listener();
      addEventListener("storage", onStorage);
      return () => removeEventListener("storage", onStorage);
    },
  };
}
