import { describe, expect, test } from "vitest";
import {
  createImageConfig,
  createIndex,
  createManifest,
  type Descriptor,
  dockerMediaTypes,
  type Encoded,
  isManifestError,
  ociMediaTypes,
  sha256Digest,
  sourceAnnotations,
} from "@nixery/manifest";

const digest = (text: string) => sha256Digest(new TextEncoder().encode(text));
const parse = (encoded: Encoded): unknown => JSON.parse(new TextDecoder().decode(encoded.bytes));
const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64", variant: "v8" };
const layer = (name: string, mediaType: string = ociMediaTypes.layer.gzip): Descriptor => ({
  mediaType,
  digest: digest(name),
  size: 10,
});
const config = createImageConfig({
  platform: arm64,
  created: new Date("2024-05-06T07:08:09.123Z"),
  cmd: ["bash"],
  layers: [{ diffId: digest("a"), createdBy: "glibc" }, { diffId: digest("b") }],
});

describe("createImageConfig", () => {
  test("has the platform, the command, the environment and the layers", () => {
    expect(parse(config)).toEqual({
      architecture: "arm64",
      os: "linux",
      variant: "v8",
      created: "2024-05-06T07:08:09Z",
      config: {
        Cmd: ["bash"],
        Env: [
          "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          "SSL_CERT_FILE=/etc/ssl/certs/ca-bundle.crt",
        ],
      },
      rootfs: { type: "layers", diff_ids: [digest("a"), digest("b")] },
      history: [
        { created: "2024-05-06T07:08:09Z", created_by: "glibc" },
        { created: "2024-05-06T07:08:09Z", created_by: "nixery" },
      ],
    });
  });

  test("describes its own bytes", () => {
    expect(config.descriptor).toEqual({
      mediaType: ociMediaTypes.config,
      digest: sha256Digest(config.bytes),
      size: config.bytes.length,
    });
  });

  test("has no command and a fixed date by default", () => {
    const plain = parse(
      createImageConfig({ platform: amd64, layers: [], env: { B: "2", A: "1" } }),
    );
    expect(plain).toMatchObject({ created: "1970-01-01T00:00:00Z" });
    expect(plain).toHaveProperty("config", { Env: ["A=1", "B=2"] });
    expect(plain).not.toHaveProperty("variant");
  });

  test.each([Number.NaN, 253402300800000])("rejects the date %d", (time) => {
    expect(() =>
      createImageConfig({ platform: amd64, layers: [], created: new Date(time) }),
    ).toThrow(expect.toSatisfy((error) => isManifestError(error, "ERR_MANIFEST_INVALID_VALUE")));
  });

  test("the same options give the same bytes, whatever the order of their keys", () => {
    const one = createImageConfig({ platform: amd64, layers: [], env: { A: "1", B: "2" } });
    const other = createImageConfig({ env: { B: "2", A: "1" }, layers: [], platform: amd64 });
    expect(other.bytes).toEqual(one.bytes);
  });
});

describe("createManifest", () => {
  const options = {
    config: config.descriptor,
    layers: [layer("a"), layer("b", dockerMediaTypes.layer.gzip)],
    annotations: { "org.opencontainers.image.revision": "abc" },
  };

  test("is OCI by default", () => {
    const manifest = createManifest(options);
    expect(manifest.descriptor.mediaType).toBe(ociMediaTypes.manifest);
    expect(manifest.descriptor.digest).toBe(sha256Digest(manifest.bytes));
    expect(parse(manifest)).toEqual({
      schemaVersion: 2,
      mediaType: ociMediaTypes.manifest,
      config: config.descriptor,
      layers: [layer("a"), layer("b")],
      annotations: { "org.opencontainers.image.revision": "abc" },
    });
  });

  test("has only media types of Docker in that format", () => {
    expect(parse(createManifest({ ...options, format: "docker" }))).toEqual({
      schemaVersion: 2,
      mediaType: dockerMediaTypes.manifest,
      config: { ...config.descriptor, mediaType: dockerMediaTypes.config },
      layers: [layer("a", dockerMediaTypes.layer.gzip), layer("b", dockerMediaTypes.layer.gzip)],
    });
  });

  test("has annotations of layers in OCI only", () => {
    const annotations = { "org.example.layer": "glibc" };
    const layers = [{ ...layer("a"), annotations }];
    expect(parse(createManifest({ ...options, layers }))).toMatchObject({ layers });
    const docker = parse(createManifest({ ...options, layers, format: "docker" }));
    expect(docker).not.toHaveProperty("layers.0.annotations");
  });

  test("has zstd layers in OCI only", () => {
    const layers = [layer("a", ociMediaTypes.layer.zstd)];
    expect(parse(createManifest({ ...options, layers }))).toMatchObject({ layers });
    expect(() => createManifest({ ...options, layers, format: "docker" })).toThrow(
      expect.toSatisfy((error) => isManifestError(error, "ERR_MANIFEST_MEDIA_TYPE")),
    );
  });

  test.each(["text/plain", ociMediaTypes.manifest])("rejects %s as a layer", (mediaType) => {
    expect(() => createManifest({ ...options, layers: [layer("a", mediaType)] })).toThrow(
      expect.toSatisfy((error) => isManifestError(error, "ERR_MANIFEST_MEDIA_TYPE")),
    );
  });
});

describe("createIndex", () => {
  const oci = createManifest({ config: config.descriptor, layers: [] }).descriptor;
  const docker = createManifest({
    config: config.descriptor,
    layers: [],
    format: "docker",
  }).descriptor;

  test("names the platform of each manifest", () => {
    const index = createIndex({
      manifests: [
        { manifest: oci, platform: amd64 },
        { manifest: oci, platform: arm64 },
      ],
    });
    expect(index.descriptor.mediaType).toBe(ociMediaTypes.index);
    expect(parse(index)).toEqual({
      schemaVersion: 2,
      mediaType: ociMediaTypes.index,
      manifests: [
        { ...oci, platform: amd64 },
        { ...oci, platform: arm64 },
      ],
    });
  });

  test("is a manifest list for Docker, and never mixes", () => {
    const list = createIndex({
      format: "docker",
      manifests: [{ manifest: docker, platform: amd64 }],
    });
    expect(parse(list)).toMatchObject({ mediaType: dockerMediaTypes.index });
    expect(() => createIndex({ manifests: [{ manifest: docker, platform: amd64 }] })).toThrow(
      expect.toSatisfy((error) => isManifestError(error, "ERR_MANIFEST_MEDIA_TYPE")),
    );
  });
});

describe("sourceAnnotations", () => {
  test("has the known facts alone", () => {
    expect(
      sourceAnnotations({ revision: "abc", url: "https://example.org/p", created: new Date(0) }),
    ).toEqual({
      "org.opencontainers.image.created": "1970-01-01T00:00:00Z",
      "org.opencontainers.image.revision": "abc",
      "org.opencontainers.image.source": "https://example.org/p",
    });
    expect(sourceAnnotations({ revision: "abc" })).toEqual({
      "org.opencontainers.image.revision": "abc",
    });
    expect(sourceAnnotations({})).toBeUndefined();
  });
});
