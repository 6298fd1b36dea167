/** To whoever signed in with a key that reads flows and no more. */
export const MAY_NOT_RUN = "This key may not run flows. Sign in with one that may (FLOWS:EXECUTE).";
