import { type RefObject, useEffect, useRef } from "react";

/** Returns a ref that tells an asynchronous action whether its component is still mounted. */
export function useIsMounted(): Readonly<RefObject<boolean>> {
  const isMounted = useRef(true);
  useEffect(() => {
    isMounted.current = true;
    return () => void (isMounted.current = false);
  }, []);
  return isMounted;
}
