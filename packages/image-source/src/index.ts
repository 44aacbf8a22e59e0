export type {
  ImageRequest,
  ImageRequestOptions,
  ImageResult,
  ImageSource,
  InvalidName,
  Refusal,
  Unavailable,
  UnknownImage,
} from "./image-source.ts";
