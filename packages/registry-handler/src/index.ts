export type {
  ImageRequest,
  ImageRequestOptions,
  ImageResult,
  ImageSource,
  ManifestFormat,
} from "./image-source.ts";
