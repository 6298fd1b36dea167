import { createContext } from "react";

/** Why the fields below cannot be edited; undefined if they can. They stay readable and selectable. */
export const ReadOnlyReasonContext = createContext<string | undefined>(undefined);
