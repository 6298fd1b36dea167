import type { ComponentType } from "react";

/** A decorative drawing, such as lucide's: it takes its size from the class and its colour from the text. */
export type Icon = ComponentType<{ className?: string }>;
