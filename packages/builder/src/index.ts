export type { BuildEvent } from "./build-event.ts";
