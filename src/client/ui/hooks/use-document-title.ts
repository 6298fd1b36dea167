import { useEffect } from "react";

/** React would render a second `<title>` after that of index.html, and browsers use the first. */
export function useDocumentTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Flowline`;
  }, [title]);
}
