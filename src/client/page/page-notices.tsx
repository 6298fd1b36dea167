import { type ReactNode, useEffect, useRef } from "react";

/** Notices at the lower edge of a page. A row that receives the focus scrolls to a place above them. */
export function PageNotices({ children }: { readonly children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  // Set on the root from here: `:has()` there would restyle the root after each insertion on any page.
  useEffect(() => {
    const { style } = document.documentElement;
    const observer = new ResizeObserver(() => {
      const height = box.current?.offsetHeight ?? 0;
      style.scrollPaddingBottom = height === 0 ? "" : `calc(${height}px + 1.5rem)`;
    });
    if (box.current) observer.observe(box.current);
    return () => {
      observer.disconnect();
      style.scrollPaddingBottom = "";
    };
  }, []);
  return (
    <div ref={box} className="page-notices">
      {children}
    </div>
  );
}
