import { useEffect, useState } from "react";

/** Returns true once `isRunning` has been true for `ms` milliseconds without a break. */
export function useHasTimeElapsed(ms: number, isRunning = true): boolean {
  const [hasPassed, setPassed] = useState(false);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setTimeout(() => setPassed(true), ms);
    return () => {
      clearTimeout(timer);
      setPassed(false);
    };
  }, [ms, isRunning]);
  return hasPassed;
}
