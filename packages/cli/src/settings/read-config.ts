import { quote } from "@nixery/kit/quote";
import { ConfigError } from "../config-error.ts";
import type { SettingName } from "./settings.ts";

/** The package set to serve. */
export type SourceConfig =
  | { readonly kind: "channel"; readonly channel: string }
  | { readonly kind: "git"; readonly url: string }
  | { readonly kind: "path"; readonly path: string; readonly revision: string | undefined };

/** The storage for images. */
export type StorageConfig =
  | { readonly kind: "filesystem"; readonly directory: string }
  | ({ readonly kind: "gcs" } & BucketConfig)
  | ({
      readonly kind: "s3";
      readonly endpoint: string | undefined;
      readonly redirectEndpoint: string | undefined;
    } & BucketConfig);

/** Settings that both bucket backends have. */
export interface BucketConfig {
  readonly bucket: string;
  readonly prefix: string | undefined;
  readonly redirect: "signed" | "public" | "never" | undefined;
}

export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  readonly source: SourceConfig;
  readonly storage: StorageConfig;
  /** Milliseconds that one call to Nix may take. */
  readonly nixTimeout: number;
  /** Images built at the same time; `undefined` for the builder's default. */
  readonly maxBuilds: number | undefined;
  /** Images that may wait to be built; `undefined` for the builder's default. */
  readonly maxWaitingBuilds: number | undefined;
  /** URL or file of popularity data. */
  readonly popularity: string | undefined;
  readonly logFormat: "json" | "text" | undefined;
  /** Whether progress and every request are logged too. */
  readonly isDebug: boolean;
}

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The server's settings. The variables are Nixery's, and each has a default. An empty variable counts
 * as unset.
 *
 * @throws ConfigError that names the variable and its valid values
 */
export function readConfig(environment: Environment): ServerConfig {
  const get: Get = (name) => environment[name]?.trim() || undefined;
  return {
    host: get("HOST") ?? "127.0.0.1",
    port: readInteger("PORT", get, { min: 0, max: 65_535 }) ?? 8080,
    source: readSource(get),
    storage: readStorage(get),
    nixTimeout: (readInteger("NIX_TIMEOUT", get, { min: 1, max: 86_400 }) ?? 600) * 1000,
    maxBuilds: readInteger("NIXERY_MAX_BUILDS", get, { min: 1, max: 1000 }),
    maxWaitingBuilds: readInteger("NIXERY_MAX_QUEUE", get, { min: 1, max: 1_000_000 }),
    popularity: get("NIX_POPULARITY_URL"),
    logFormat: readChoice("NIXERY_LOG_FORMAT", get("NIXERY_LOG_FORMAT"), ["json", "text"]),
    isDebug: /(?:^|[\s,])(?:\*|nixery:\*|nixery:cli)(?:$|[\s,])/.test(get("DEBUG") ?? ""),
  };
}

type Get = (name: SettingName) => string | undefined;

const sourceVariables = ["NIXERY_CHANNEL", "NIXERY_PKGS_REPO", "NIXERY_PKGS_PATH"] as const;

function readSource(get: Get): SourceConfig {
  const set = sourceVariables.filter((name) => get(name) !== undefined);
  if (set.length > 1) {
    throw new ConfigError(
      `${set.join(" and ")} are both set. A server has one package set, so unset one of them.`,
    );
  }
  const url = get("NIXERY_PKGS_REPO");
  if (url !== undefined) {
    return { kind: "git", url };
  }
  const path = get("NIXERY_PKGS_PATH");
  if (path !== undefined) {
    return { kind: "path", path, revision: get("NIXERY_PKGS_REVISION") };
  }
  return { kind: "channel", channel: get("NIXERY_CHANNEL") ?? "nixos-unstable" };
}

function readStorage(get: Get): StorageConfig {
  const backends = ["filesystem", "gcs", "s3"] as const;
  const value = get("NIXERY_STORAGE_BACKEND");
  const backend = readChoice("NIXERY_STORAGE_BACKEND", value, backends) ?? "filesystem";
  switch (backend) {
    case "filesystem":
      return { kind: "filesystem", directory: get("STORAGE_PATH") ?? ".nixery/storage" };
    case "gcs":
      return { kind: "gcs", ...readBucket("GCS_BUCKET", get, backend) };
    case "s3":
      return {
        kind: "s3",
        ...readBucket("S3_BUCKET", get, backend),
        endpoint: readUrl("S3_ENDPOINT", get("S3_ENDPOINT")),
        redirectEndpoint: readUrl("S3_REDIRECT_ENDPOINT", get("S3_REDIRECT_ENDPOINT")),
      };
  }
}

function readBucket(name: SettingName, get: Get, backend: string): BucketConfig {
  const bucket = get(name);
  if (bucket === undefined) {
    throw new ConfigError(`${name} is not set. NIXERY_STORAGE_BACKEND=${backend} needs it.`);
  }
  const redirect = "NIXERY_STORAGE_REDIRECT";
  return {
    bucket,
    prefix: get("NIXERY_STORAGE_PREFIX"),
    redirect: readChoice(redirect, get(redirect), ["signed", "public", "never"]),
  };
}

function readUrl(name: SettingName, value: string | undefined): string | undefined {
  if (value !== undefined && !/^https?:$/.test(URL.parse(value)?.protocol ?? "")) {
    throw new ConfigError(`Invalid ${name} ${quote(value)}. Use an http or https URL.`);
  }
  return value;
}

function readChoice<const Choice extends string>(
  name: SettingName,
  value: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  const choice = choices.find((candidate) => candidate === value);
  if (value !== undefined && choice === undefined) {
    throw new ConfigError(`Invalid ${name} ${quote(value)}. Use one of ${choices.join(", ")}.`);
  }
  return choice;
}

function readInteger(
  name: SettingName,
  get: Get,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  const value = get(name);
  if (value === undefined) {
    return undefined;
  }
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) {
    throw new ConfigError(
      `Invalid ${name} ${quote(value)}. Use a whole number from ${min} to ${max}.`,
    );
  }
  return number;
}
