import { useEffect } from "react";

/** Names the tab for as long as the caller shows. React's own `<title>` would stand beside the one of index.html and lose. */
export function useDocumentTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Flowline`;
  }, [title]);
}
