export type { ImageName, Platform } from "./image-name.ts";
