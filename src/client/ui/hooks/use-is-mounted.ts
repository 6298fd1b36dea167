import { type RefObject, useEffect, useRef } from "react";

/** Returns a ref whose value is whether the component is still mounted, for use after an asynchronous action. */
export function useIsMounted(): Readonly<RefObject<boolean>> {
  const isMounted = useRef(true);
  useEffect(() => {
    isMounted.current = true;
    return () => void (isMounted.current = false);
  }, []);
  return isMounted;
}
