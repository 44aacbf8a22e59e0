/** One environment variable. */
export interface Setting {
  readonly summary: string;
  readonly default?: string | undefined;
}

export type SettingName =
  | "PORT"
  | "HOST"
  | "NIXERY_CHANNEL"
  | "NIXERY_PKGS_REPO"
  | "NIXERY_PKGS_PATH"
  | "NIXERY_PKGS_REVISION"
  | "NIXERY_STORAGE_BACKEND"
  | "STORAGE_PATH"
  | "GCS_BUCKET"
  | "S3_BUCKET"
  | "S3_ENDPOINT"
  | "S3_REDIRECT_ENDPOINT"
  | "NIXERY_STORAGE_PREFIX"
  | "NIXERY_STORAGE_REDIRECT"
  | "NIX_TIMEOUT"
  | "NIXERY_MAX_BUILDS"
  | "NIXERY_MAX_QUEUE"
  | "NIX_POPULARITY_URL"
  | "NIXERY_LOG_FORMAT"
  | "DEBUG";

/** Every variable that the server reads; help is made from it. */
export const settings: Readonly<Record<SettingName, Setting>> = {
  PORT: { summary: "port to listen on", default: "8080" },
  HOST: { summary: "address to listen on", default: "127.0.0.1" },
  NIXERY_CHANNEL: { summary: "nixpkgs channel or commit", default: "nixos-unstable" },
  NIXERY_PKGS_REPO: { summary: "git repository with a package set" },
  NIXERY_PKGS_PATH: { summary: "directory or file with a package set" },
  NIXERY_PKGS_REVISION: { summary: "guarantee that the directory does not change" },
  NIXERY_STORAGE_BACKEND: { summary: "filesystem, gcs or s3", default: "filesystem" },
  STORAGE_PATH: { summary: "directory of the filesystem backend", default: ".nixery/storage" },
  GCS_BUCKET: { summary: "bucket; GOOGLE_APPLICATION_CREDENTIALS names a key that can sign URLs" },
  S3_BUCKET: { summary: "bucket; AWS_REGION and credentials as the AWS SDK reads them" },
  S3_ENDPOINT: { summary: "server that speaks S3" },
  S3_REDIRECT_ENDPOINT: { summary: "address at which clients reach it", default: "S3_ENDPOINT" },
  NIXERY_STORAGE_PREFIX: { summary: "directory of the bucket" },
  NIXERY_STORAGE_REDIRECT: {
    summary: "signed, public or never: how clients fetch layers from the bucket",
    default: "signed",
  },
  NIX_TIMEOUT: { summary: "seconds that Nix may work for an image", default: "600" },
  NIXERY_MAX_BUILDS: { summary: "images built at the same time", default: "4" },
  NIXERY_MAX_QUEUE: { summary: "images that may wait to be built", default: "200" },
  NIX_POPULARITY_URL: { summary: "URL or file of popularity data" },
  NIXERY_LOG_FORMAT: { summary: "json or text", default: "text on a terminal, else json" },
  DEBUG: { summary: "nixery:* for every request, step of a build and call to Nix" },
};

/** The settings as a part of the command's help. */
export function settingsHelp(): string {
  const entries: readonly (readonly [string, Setting])[] = Object.entries(settings);
  const width = Math.max(...entries.map(([name]) => name.length));
  const lines = entries.map(([name, setting]) => {
    const suffix = setting.default === undefined ? "" : ` (default: ${setting.default})`;
    return `  ${name.padEnd(width)}  ${setting.summary}${suffix}`;
  });
  return ["Settings (environment variables, none is required):", ...lines].join("\n");
}
