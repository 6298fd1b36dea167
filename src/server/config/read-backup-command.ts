import { findClosestSpelling } from "#server/domain/find-closest-spelling.ts";
import { formatSettingsHelp } from "./settings.ts";
import { StartupError } from "#server/domain/startup-error.ts";

const USAGE = `Usage: node dist/server/main.js [--help | --version]
       node dist/server/main.js backup FILE [--replace]
       node dist/server/main.js restore FILE [--continue-batches]

  backup FILE         Write all that the store holds to a new file, which only its owner can
                      read; - writes to the output. A server on the embedded store must be
                      stopped first.
  --replace           Replace an existing file, once the new backup is complete.
  restore FILE        Fill an empty store, of either kind, from a backup; - reads the input.
  --continue-batches  Continue unfinished batches, schedules and alerts, instead of cancelling and pausing them.
                      Only where the server that was backed up does not run any more.
  -h, --help          Print this text.
  -v, --version       Print the version.

`;

export type BackupCommand =
  | { readonly name: "backup"; readonly file: string; readonly replace: boolean }
  | { readonly name: "restore"; readonly file: string; readonly continueBatches: boolean };

const COMMAND_OPTIONS = { backup: "--replace", restore: "--continue-batches" } as const;

/** Returns the command to perform instead of starting the server. Throws for wrong arguments of a command. */
export function readBackupCommand([name, ...rest]: readonly string[]): BackupCommand | undefined {
  if (name !== "backup" && name !== "restore") return undefined;
  const option = COMMAND_OPTIONS[name];
  const [file, ...others] = rest.filter((argument) => argument !== option);
  const hasOption = rest.includes(option);
  if (file === undefined || others.length > 0 || (file.startsWith("-") && file !== "-"))
    throw new StartupError(`${name} takes the name of one file. Use --help for an example.`);
  return name === "backup" ? { name, file, replace: hasOption } : { name, file, continueBatches: hasOption };
}

const OPTIONS: Readonly<Record<string, (version: string) => string>> = {
  "-h": () => USAGE + formatSettingsHelp(),
  "--help": () => USAGE + formatSettingsHelp(),
  "-v": (version) => `${version}\n`,
  "--version": (version) => `${version}\n`,
};

/** Returns the text to print, or undefined to start the server. Throws for an unknown argument. */
export function getCommandLineOutput(args: readonly string[], version: string): string | undefined {
  const unknown = args.find((argument) => !Object.hasOwn(OPTIONS, argument));
  if (unknown !== undefined) {
    const meant = findClosestSpelling(unknown, Object.keys(OPTIONS));
    const hint = meant === undefined ? "Use --help for a list." : `Did you mean ${meant}?`;
    throw new StartupError(
      `${JSON.stringify(unknown)} is not an option. ${hint} Settings are environment variables.`,
    );
  }
  return args[0] === undefined ? undefined : OPTIONS[args[0]]?.(version);
}
