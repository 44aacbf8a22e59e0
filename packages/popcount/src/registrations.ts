import { readLines } from "@nixery/binary-cache";
import { quote } from "@nixery/kit/quote";
import { PopcountError } from "./popcount-error.ts";

/** A valid path and the paths that it refers to, itself included, with the store directory. */
export interface Registration {
  readonly path: string;
  readonly references: readonly string[];
}

/**
 * Reads the output of `nix-store --dump-db`: for each path its name, NAR hash, NAR size, deriver,
 * the number of its references and the references, each on a line
 * (`makeValidityRegistration` in Nix).
 *
 * @throws PopcountError `ERR_POPCOUNT_NIX` for other or truncated output.
 */
export async function* readRegistrations(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Registration> {
  const lines = readLines(source, () => unexpected("a line of more than 64 KiB"));
  try {
    for (let first = await lines.next(); first.done !== true; first = await lines.next()) {
      const path = absolute(first.value);
      await take(lines, 3);
      const [count = ""] = await take(lines, 1);
      if (!/^\d{1,9}$/.test(count)) {
        throw unexpected(quote(count));
      }
      yield { path, references: (await take(lines, Number(count))).map(absolute) };
    }
  } finally {
    await lines.return(undefined);
  }
}

async function take(lines: AsyncGenerator<string>, count: number): Promise<readonly string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const line = await lines.next();
    if (line.done === true) {
      throw unexpected("the end");
    }
    taken.push(line.value);
  }
  return taken;
}

function absolute(line: string): string {
  if (!line.startsWith("/")) {
    throw unexpected(quote(line));
  }
  return line;
}

function unexpected(found: string): PopcountError {
  return new PopcountError("ERR_POPCOUNT_NIX", {
    message: `Unexpected output of nix-store --dump-db: ${found}. Check that the command is Nix's.`,
  });
}
