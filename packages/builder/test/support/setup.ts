import { diskReader } from "@nixery/packing";
import { type Storage, StorageError } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";
import { onTestFinished } from "vitest";
import {
  type BuildEvent,
  createImageBuilder,
  type ImageBuilder,
  type ImageBuilderOptions,
} from "../../src/index.ts";
import { createTestPackages, type TestPackages } from "./packages.ts";
import { createTestStore, type TestStore } from "../../../packing/test/support/store.ts";
import { program } from "../../../packing/test/support/tree.ts";

export interface Setup {
  readonly builder: ImageBuilder;
  readonly storage: Storage;
  readonly packages: TestPackages;
  readonly events: BuildEvent[];
  readonly store: TestStore;
}

/** A store with a shell and a library below two programs. */
export async function createStore(): Promise<TestStore & { readonly closureOf: Closures }> {
  const store = await createTestStore();
  const libc = await store.add("libc", { lib: { "libc.so": Buffer.alloc(300_000, "c") } });
  const bash = await store.add("bash", { bin: { bash: program() } }, [libc]);
  const hello = await store.add("hello", { bin: { hello: program() } }, [libc]);
  const git = await store.add("git", { bin: { git: program() } }, [libc, bash]);
  const known: Readonly<Record<string, string>> = { bashInteractive: bash, hello, git };
  const closureOf: Closures = (packages) =>
    store.closure(...packages.flatMap((name) => known[name] ?? []));
  return { ...store, closureOf };
}
export type Closures = (packages: readonly string[]) => ReturnType<TestStore["closure"]>;

export async function setUp(
  options: Partial<ImageBuilderOptions> & { readonly packages?: TestPackages } = {},
): Promise<Setup> {
  const store = await createStore();
  const storage = options.storage ?? createMemoryStorage();
  const packages = options.packages ?? createTestPackages({ closure: store.closureOf });
  const events: BuildEvent[] = [];
  const builder = createImageBuilder({
    reader: diskReader({ root: store.root }),
    ...options,
    storage,
    packages,
    onEvent: (event) => events.push(event),
  });
  onTestFinished(() => builder.close());
  return { builder, storage, packages, events, store };
}

export function typesOf(events: readonly BuildEvent[]): string[] {
  return events.map(({ type }) => type);
}

export async function keys(storage: Storage, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of storage.list(prefix)) {
    found.push(key);
  }
  return found;
}

/** A storage in which some calls fail. */
export function faulty(
  storage: Storage,
  fails: (operation: "write" | "read" | "stat" | "move", key: string) => boolean,
): Storage {
  const check = (operation: "write" | "read" | "stat" | "move", key: string): void => {
    if (!fails(operation, key)) {
      return;
    }
    throw new StorageError("ERR_STORAGE_UNAVAILABLE", {
      backend: "faulty",
      key,
      message: "The disk is on fire.",
    });
  };
  return {
    ...storage,
    async write(key, source, options) {
      check("write", key);
      return await storage.write(key, source, options);
    },
    async read(key, options) {
      check("read", key);
      return await storage.read(key, options);
    },
    async stat(key, options) {
      check("stat", key);
      return await storage.stat(key, options);
    },
    async move(from, to, options) {
      check("move", from);
      await storage.move(from, to, options);
    },
  };
}

export async function* stream(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield typeof content === "string" ? Buffer.from(content) : content;
}
