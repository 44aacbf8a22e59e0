import { expect, test } from "vitest";
import { defaultMaxBuildWait } from "@nixery/registry-handler";

test.each([
  ["containerd/v2.3.0", 25_000],
  ["containerd/2.3.1+unknown", 25_000],
  ["containerd/v2.10.0", 25_000],
  ["containerd/v3.0.0-rc.1", 25_000],
  ["containerd/unknown", 25_000],
  ["containerd/v2.2.9", Number.POSITIVE_INFINITY],
  ["containerd/1.6.20~ds1", Number.POSITIVE_INFINITY],
  ["docker/29.0.0 go/go1.25 git-commit/abc kernel/6.1 os/linux arch/amd64", 25_000],
  ["docker/30.1.2", 25_000],
  ["docker/28.5.1 go/go1.24", Number.POSITIVE_INFINITY],
  ["docker/20.10.24+dfsg1 go/go1.19.8", Number.POSITIVE_INFINITY],
  ["Go-http-client/1.1", Number.POSITIVE_INFINITY],
  ["containers/5.23.1 (github.com/containers/image)", Number.POSITIVE_INFINITY],
  ["skopeo/1.9.3", Number.POSITIVE_INFINITY],
  ["", Number.POSITIVE_INFINITY],
  [undefined, Number.POSITIVE_INFINITY],
])("%s waits %d ms", (userAgent, milliseconds) => {
  expect(defaultMaxBuildWait(userAgent)).toBe(milliseconds);
});
