import { exampleSuite } from "../../../test/support/example-suite.ts";

exampleSuite("node-http");
