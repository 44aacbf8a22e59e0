import { abortCases } from "./abort-cases.ts";
import { bodyCases } from "./body-cases.ts";
import { concurrencyCases } from "./concurrency-cases.ts";
import type { ConformanceGroup } from "./conformance-case.ts";
import { contentTypeCases } from "./content-type-cases.ts";
import { keyCases } from "./key-cases.ts";
import { listCases } from "./list-cases.ts";
import { moveCases } from "./move-cases.ts";
import { nameCases } from "./name-cases.ts";
import { outageCases } from "./outage-cases.ts";
import { rangeCases } from "./range-cases.ts";
import { redirectCases } from "./redirect-cases.ts";
import { removeCases } from "./remove-cases.ts";
import { roundTripCases } from "./round-trip-cases.ts";
import { storeHashedCases } from "./store-hashed-cases.ts";
import { writeCases } from "./write-cases.ts";

/**
 * The whole suite, for runners of a kind that `testStorage` does not know. Whole objects come first:
 * a backend that does not keep them fails nearly everything.
 */
export const conformanceGroups: readonly ConformanceGroup[] = [
  nameCases,
  roundTripCases,
  contentTypeCases,
  keyCases,
  rangeCases,
  bodyCases,
  writeCases,
  moveCases,
  removeCases,
  listCases,
  concurrencyCases,
  abortCases,
  storeHashedCases,
  redirectCases,
  outageCases,
];
