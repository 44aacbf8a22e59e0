// Runs a program of the workspace: node scripts/run.mjs FILE [ARGUMENT ...]
import process from "node:process";
import { ensureDependencies } from "./dependencies.mjs";
import { runNode } from "./node.mjs";

ensureDependencies();
runNode(process.argv.slice(2));
