import type { ImageRequest, ImageResult } from "@nixery/image-source";
import { isTimeLimit } from "@nixery/kit/time-limit";
import type { Exchange, Registry } from "./exchange.ts";

/**
 * Asks the image source, and resolves to `undefined` when it takes longer than `maxBuildWait`. The
 * build is not aborted then: a later request can join it.
 */
export async function waitForImage(
  registry: Registry,
  exchange: Exchange,
  request: ImageRequest,
): Promise<ImageResult | undefined> {
  const { signal } = exchange;
  const limit = registry.maxBuildWait(exchange.header("user-agent"));
  const image = registry.images.image(request, { signal });
  if (!isTimeLimit(limit)) {
    return await image;
  }
  const { promise: expiry, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, Math.max(0, limit), undefined);
  try {
    return await Promise.race([image, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
