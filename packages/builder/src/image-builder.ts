import { parseImageName } from "@nixery/image-name";
import type { ManifestFormat } from "@nixery/manifest";
import type { ResolvedSource } from "@nixery/nix";
import type { BuildEvent } from "./build-event.ts";
import { BuilderError } from "./builder-error.ts";
import { createEmit } from "./emit.ts";
import type { ExplainedImage } from "./explain-image.ts";
import { createFlights } from "./flights.ts";
import { createImageFinder } from "./image-finder.ts";
import {
  type ImageResult,
  type Refusal,
  refusalOf,
  type Unavailable,
  unknownTag,
} from "./image-result.ts";
import { type ImageBuilderOptions, settingsOf } from "./options.ts";
import type { ImageRequestParts } from "./plan-image.ts";

export interface ImageRequest {
  /** Repository name, such as `shell/git`. */
  readonly name: string;
  readonly tag: string;
  readonly format: ManifestFormat;
}

export interface ImageRequestOptions {
  /** Aborted when the client has left; the image may go on being built for others. */
  readonly signal?: AbortSignal | undefined;
}

/** Builds the images that are asked for; the port `ImageSource` of `@nixery/registry-handler`. */
export interface ImageBuilder {
  /**
   * The manifest of an image, which is built when no cache knows it. Rejects with what the storage
   * rejects with, with a `BuilderError`, or with `signal.reason`.
   */
  image(request: ImageRequest, options?: ImageRequestOptions): Promise<ImageResult>;
  /** Tags that `name` can be pulled with, sorted; `undefined` when the name cannot be an image. */
  tags(
    name: string,
    options?: ImageRequestOptions,
  ): Promise<readonly string[] | Unavailable | undefined>;
  /** What a pull would build, without building a layer; Nix realises the packages. */
  explain(
    request: Omit<ImageRequest, "format">,
    options?: ImageRequestOptions,
  ): Promise<ExplainedImage | Refusal>;
  /** Cancels what is being built and waits until it has cleaned up; later requests are refused. */
  close(): Promise<void>;
}

type Outcome = Extract<BuildEvent, { readonly type: "image-answered" }>["outcome"];

type Answer = readonly [result: ImageResult, outcome: Outcome];

/** @throws BuilderError `ERR_BUILDER_INVALID_OPTION` */
export function createImageBuilder(options: ImageBuilderOptions): ImageBuilder {
  const settings = settingsOf(options);
  // What is wrong with the options for names shows now and not at a pull.
  parseImageName("a", settings.naming);
  const { packages } = settings;
  const emit = createEmit(options.onEvent);
  const finder = createImageFinder(settings, emit);
  const resolutions = createFlights<ResolvedSource | undefined>();
  const closing = new AbortController();

  const resolve = async (tag: string, signal: AbortSignal): Promise<ResolvedSource | undefined> => {
    const start = performance.now();
    try {
      return await packages.resolve(tag, { signal });
    } catch (error) {
      const duration = performance.now() - start;
      const source = packages.name;
      if (!signal.aborted) {
        emit({ type: "source-failed", source, tag, error, duration });
      }
      throw error;
    }
  };

  const ask = async (
    { name, tag }: Omit<ImageRequest, "format">,
    signal: AbortSignal | undefined,
  ): Promise<ImageRequestParts | undefined> => {
    closing.signal.throwIfAborted();
    const image = parseImageName(name, settings.naming);
    const source = await resolutions.join(tag, (own) => resolve(tag, own), { signal });
    closing.signal.throwIfAborted();
    return source && { image, tag, source };
  };

  const answer = async (
    request: ImageRequest,
    signal: AbortSignal | undefined,
  ): Promise<Answer> => {
    try {
      const parts = await ask(request, signal);
      if (parts === undefined) {
        return [unknownTag(request.tag), "refused"];
      }
      const { from, image } = await finder.find(parts, { signal });
      return [{ kind: "found", manifest: image[request.format] }, from];
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) {
        throw error;
      }
      return [refusal, "refused"];
    }
  };

  return {
    async image(request, { signal } = {}) {
      const { name, tag } = request;
      const start = performance.now();
      let outcome: Outcome = "failed";
      emit({ type: "image-requested", name, tag });
      try {
        const [result, how] = await answer(request, signal);
        outcome = how;
        return result;
      } catch (error) {
        if (signal?.aborted === true) {
          outcome = "left";
        }
        throw error;
      } finally {
        emit({ type: "image-answered", name, tag, outcome, duration: performance.now() - start });
      }
    },

    async tags(name, { signal } = {}) {
      try {
        parseImageName(name, settings.naming);
        if (packages.tags !== undefined) {
          return [...new Set(await packages.tags({ signal }))].toSorted();
        }
        return (await packages.resolve("latest", { signal })) === undefined ? [] : ["latest"];
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === undefined) {
          throw error;
        }
        if (refusal.kind !== "unavailable") {
          return undefined;
        }
        emit({ type: "warning", message: `cannot list the tags of ${packages.name}`, error });
        return refusal;
      }
    },

    async explain(request, { signal } = {}) {
      try {
        const parts = await ask(request, signal);
        if (parts === undefined) {
          return unknownTag(request.tag);
        }
        const either = AbortSignal.any([closing.signal, ...(signal === undefined ? [] : [signal])]);
        return await finder.explain(parts, { signal: either });
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === undefined) {
          throw error;
        }
        return refusal;
      }
    },

    async close() {
      const reason = new BuilderError("ERR_BUILDER_CLOSED", {
        message: "The registry is shutting down; pull again when it is back.",
      });
      closing.abort(reason);
      await Promise.all([resolutions.close(reason), finder.close(reason)]);
    },
  };
}
