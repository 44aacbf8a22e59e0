export { abandonable } from "./abandonable.ts";
export { inParts } from "./in-parts.ts";
export { resumeBody } from "./resume-body.ts";
export type { ResumeBodyOptions } from "./resume-body.ts";
