import { abortCases } from "./abort-cases.ts";
import { announcementCases } from "./announcement-cases.ts";
import { bodyCases } from "./body-cases.ts";
import { concurrencyCases } from "./concurrency-cases.ts";
import type { ConformanceGroup } from "./conformance-case.ts";
import { contentTypeCases } from "./content-type-cases.ts";
import { createCases } from "./create-cases.ts";
import { keyCases } from "./key-cases.ts";
import { listCases } from "./list-cases.ts";
import { modifiedCases } from "./modified-cases.ts";
import { moveCases } from "./move-cases.ts";
import { nameCases } from "./name-cases.ts";
import { outageCases } from "./outage-cases.ts";
import { rangeCases } from "./range-cases.ts";
import { redirectCases } from "./redirect-cases.ts";
import { removeCases } from "./remove-cases.ts";
import { removeVersionCases } from "./remove-version-cases.ts";
import { replaceCases } from "./replace-cases.ts";
import { roundTripCases } from "./round-trip-cases.ts";
import { stagingCases } from "./staging-cases.ts";
import { versionCases } from "./version-cases.ts";
import { writeCases } from "./write-cases.ts";

/**
 * The whole suite, for runners that `testStorage` does not fit. Round trips of objects come first: a
 * backend that fails them fails nearly everything.
 */
export const conformanceGroups: readonly ConformanceGroup[] = [
  nameCases,
  roundTripCases,
  contentTypeCases,
  modifiedCases,
  versionCases,
  keyCases,
  rangeCases,
  bodyCases,
  writeCases,
  moveCases,
  removeCases,
  listCases,
  concurrencyCases,
  abortCases,
  stagingCases,
  announcementCases,
  createCases,
  replaceCases,
  removeVersionCases,
  redirectCases,
  outageCases,
];
