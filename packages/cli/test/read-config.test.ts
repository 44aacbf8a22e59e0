import { describe, expect, it } from "vitest";
import { ConfigError } from "../src/config-error.ts";
import { readConfig } from "../src/settings/read-config.ts";

describe("readConfig", () => {
  it("needs no variable", () => {
    expect(readConfig({})).toEqual({
      host: "127.0.0.1",
      port: 8080,
      source: { kind: "channel", channel: "nixos-unstable" },
      storage: { kind: "filesystem", directory: ".nixery/storage" },
      nixTimeout: 600_000,
      maxBuilds: undefined,
      maxWaitingBuilds: undefined,
      popularity: undefined,
      logFormat: undefined,
      isDebug: false,
    });
  });

  it("reads Nixery's variables", () => {
    const config = readConfig({
      PORT: "9000",
      NIXERY_PKGS_PATH: "/packages",
      NIXERY_STORAGE_BACKEND: "s3",
      S3_BUCKET: "images",
      S3_ENDPOINT: "http://127.0.0.1:7070",
      NIX_TIMEOUT: "60",
      NIXERY_MAX_BUILDS: "16",
      NIXERY_MAX_QUEUE: "1000",
      NIX_POPULARITY_URL: "https://example.com/popularity.json",
    });
    expect(config).toMatchObject({
      port: 9000,
      source: { kind: "path", path: "/packages", revision: undefined },
      storage: { kind: "s3", bucket: "images", endpoint: "http://127.0.0.1:7070" },
      nixTimeout: 60_000,
      maxBuilds: 16,
      maxWaitingBuilds: 1000,
      popularity: "https://example.com/popularity.json",
    });
  });

  it("reads how clients reach a bucket", () => {
    const storage = {
      NIXERY_STORAGE_BACKEND: "s3",
      S3_BUCKET: "images",
      S3_ENDPOINT: "http://minio:9000",
      S3_REDIRECT_ENDPOINT: "https://images.example.com",
      NIXERY_STORAGE_PREFIX: "nixery",
      NIXERY_STORAGE_REDIRECT: "never",
    };
    expect(readConfig(storage).storage).toEqual({
      kind: "s3",
      bucket: "images",
      endpoint: "http://minio:9000",
      redirectEndpoint: "https://images.example.com",
      prefix: "nixery",
      redirect: "never",
    });
  });

  it.each([
    ["nixery:*", true],
    ["express, nixery:cli", true],
    ["*", true],
    ["nixery:builder", false],
    ["express:*", false],
  ])("logs everything with DEBUG=%s: %s", (value, debug) => {
    expect(readConfig({ DEBUG: value }).isDebug).toBe(debug);
  });

  it("takes an empty variable as unset", () => {
    expect(readConfig({ PORT: "", NIXERY_CHANNEL: " " })).toEqual(readConfig({}));
  });

  it.each([
    [{ PORT: "http" }, /Invalid PORT "http"/],
    [{ PORT: "70000" }, /PORT .* from 0 to 65535/],
    [{ NIX_TIMEOUT: "0" }, /NIX_TIMEOUT/],
    [{ NIXERY_MAX_BUILDS: "0" }, /NIXERY_MAX_BUILDS .* from 1 to 1000/],
    [{ NIXERY_MAX_QUEUE: "all" }, /Invalid NIXERY_MAX_QUEUE "all"/],
    [{ NIXERY_STORAGE_BACKEND: "ftp" }, /filesystem, gcs, s3/],
    [{ NIXERY_STORAGE_BACKEND: "gcs" }, /GCS_BUCKET is not set/],
    [{ NIXERY_STORAGE_BACKEND: "s3" }, /S3_BUCKET is not set/],
    [{ NIXERY_STORAGE_BACKEND: "s3", S3_BUCKET: "b", S3_ENDPOINT: "localhost:1" }, /S3_ENDPOINT/],
    [
      { NIXERY_STORAGE_BACKEND: "gcs", GCS_BUCKET: "b", NIXERY_STORAGE_REDIRECT: "no" },
      /signed, public, never/,
    ],
    [{ NIXERY_CHANNEL: "a", NIXERY_PKGS_PATH: "b" }, /NIXERY_CHANNEL and NIXERY_PKGS_PATH/],
    [{ NIXERY_LOG_FORMAT: "xml" }, /json, text/],
  ])("refuses %j with one line", (environment, message) => {
    const read = (): unknown => readConfig(environment);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/\n/);
  });
});
