import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface Load {
  readonly requestsPerSecond: number;
  /** Millions of bytes. */
  readonly megabytesPerSecond: number;
}

export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
  readonly headers?: readonly string[] | undefined;
}

const run = promisify(execFile);

/** Has wrk request `url` from one thread, as often as it can. */
export async function measure(url: string, options: LoadOptions): Promise<Load> {
  const headers = (options.headers ?? []).flatMap((header) => ["-H", header]);
  const { stdout } = await run("wrk", [
    ...["-t1", `-c${options.connections}`, `-d${options.seconds}s`, "--timeout", "30s"],
    ...headers,
    url,
  ]);
  const bad = /Non-2xx.*|Socket errors.*/.exec(stdout);
  if (bad !== null) {
    throw new Error(`${url}: ${bad[0]}`);
  }
  const [, requests] = /([\d.]+) requests in/.exec(stdout.replaceAll(/\s+/g, " ")) ?? [];
  const [, seconds] = /requests in ([\d.]+)s/.exec(stdout) ?? [];
  const [, amount, unit] = /, ([\d.]+)([KMG]?)B read/.exec(stdout) ?? [];
  const megabytes = (Number(amount) * 1024 ** ("KMG".indexOf(unit || " ") + 1)) / 1e6;
  return {
    requestsPerSecond: Number(requests) / Number(seconds),
    megabytesPerSecond: megabytes / Number(seconds),
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
