import { testAborts } from "./aborts.ts";
import { testBrokenConnections } from "./broken-connections.ts";
import { type FaultTestOptions, useFaultBench } from "./fault-bench.ts";
import { testLostResponses } from "./lost-responses.ts";
import { testOutages } from "./outages.ts";

/** Tests a backend while its service or the connection to it fails. */
export function testFaults(options: FaultTestOptions): void {
  const bench = useFaultBench(options);
  testOutages(bench);
  testBrokenConnections(bench);
  testLostResponses(bench);
  testAborts(bench);
}
