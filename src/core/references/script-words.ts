const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Words that cannot be variable names in scripts, including strict code and modules. */
export const SCRIPT_RESERVED_WORDS = words(`
  arguments await break case catch class const continue debugger default delete do else enum eval export extends false
  finally for function if implements import in instanceof interface let new null package private protected public
  return static super switch this throw true try typeof var void while with yield`);

/** Names that JavaScript or the sandbox defines, so they are not variables of the flow. */
export const SCRIPT_GLOBAL_NAMES = words(`
  AbortController AbortSignal AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Blob Boolean
  Buffer DataView Date Error EvalError FinalizationRegistry Float32Array Float64Array FormData Function Headers Infinity
  Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError
  Reflect RegExp Request Response Set SharedArrayBuffer String Symbol SyntaxError TextDecoder TextEncoder TypeError URIError
  URL URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet arguments atob btoa
  clearInterval clearTimeout console crypto decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval fetch
  globalThis isFinite isNaN module parseFloat parseInt performance process queueMicrotask require setInterval setTimeout
  structuredClone undefined unescape`);

/** A rename to a member uses the first of these objects that no local variable hides. */
export const ALL_VARIABLES_OBJECTS = ["variables", "input"] as const;
