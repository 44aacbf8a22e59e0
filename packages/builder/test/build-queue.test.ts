import { expect, it, vi } from "vitest";
import type { BuildEvent } from "../src/index.ts";
import { createTestPackages, type TestPackages } from "./support/packages.ts";
import { setUp, type Setup } from "./support/setup.ts";

interface Client {
  readonly answer: Promise<unknown>;
  leave(this: void): void;
}

function ask({ builder }: Setup, name: string): Client {
  const controller = new AbortController();
  const request = { name, tag: "latest", format: "oci" } as const;
  const answer = builder.image(request, { signal: controller.signal }).catch((error) => error);
  return { answer, leave: () => controller.abort(new Error(`${name} left`)) };
}

/** A builder whose Nix ends when the gate opens, and packages that count. */
async function setUpGate(
  concurrency: { readonly maxBuilds: number; readonly maxWaitingBuilds?: number },
  unwatchedBuilds: "finish" | "abort" = "finish",
): Promise<Setup & { readonly packages: TestPackages; open(): void }> {
  const gate = Promise.withResolvers<void>();
  const packages = createTestPackages({ gate: gate.promise });
  return {
    ...(await setUp({ packages, concurrency, unwatchedBuilds })),
    packages,
    open: gate.resolve,
  };
}

function images(events: readonly BuildEvent[], type: "build-queued" | "image-stored"): string[] {
  return events.flatMap((event) => (event.type === type ? event.image : []));
}

it("builds a few images at the same time, and aborts waiting builds without a client", async () => {
  const setup = await setUpGate({ maxBuilds: 2 });
  const clients = Array.from({ length: 60 }, (_, index) => ask(setup, `package${index}`));
  await vi.waitFor(() => {
    expect(images(setup.events, "build-queued")).toHaveLength(58);
  });
  expect(setup.packages.calls.prepare).toBe(2);
  for (const { leave } of clients) {
    leave();
  }
  const answers = await Promise.all(clients.map(({ answer }) => answer));
  expect(answers).toContainEqual(new Error("package59 left"));
  expect(setup.events.filter(({ type }) => type === "build-aborted")).toHaveLength(58);

  const stayed = ask(setup, "stayed");
  setup.open();
  expect(await stayed.answer).toMatchObject({ kind: "found" });
  await setup.builder.close();
  expect(images(setup.events, "image-stored").map((name) => name.split("/").at(-1))).toEqual([
    ...["package0", "package1", "stayed"],
  ]);
  expect(setup.packages.calls.prepare).toBe(3);
});

it("reports that a build waits before it reports its Nix", async () => {
  const setup = await setUpGate({ maxBuilds: 1 });
  const first = ask(setup, "first");
  const second = ask(setup, "second");
  await vi.waitFor(() => {
    expect(images(setup.events, "build-queued")).toHaveLength(1);
  });
  setup.open();
  await Promise.all([first.answer, second.answer]);
  const queued = setup.events.find((event) => event.type === "build-queued");
  const build = setup.events.filter((event) => "build" in event && event.build === queued?.build);
  expect(build.map(({ type }) => type)).toEqual([
    ...["build-queued", "source-resolved", "nix-started", "nix-line", "nix-finished"],
    ...["layer-cached", "image-stored"],
  ]);
  expect(queued).toMatchObject({ waiting: 1 });
});

it("refuses builds while the queue is full", async () => {
  const setup = await setUpGate({ maxBuilds: 1, maxWaitingBuilds: 2 }, "abort");
  const built = ask(setup, "built");
  const one = ask(setup, "one");
  const two = ask(setup, "two");
  await vi.waitFor(() => {
    expect(images(setup.events, "build-queued")).toHaveLength(2);
  });
  expect(await ask(setup, "three").answer).toMatchObject({
    kind: "unavailable",
    message: "The build queue is full (2 waiting). Try again later.",
  });
  expect(setup.events).toContainEqual(
    expect.objectContaining({
      type: "build-failed",
      error: expect.objectContaining({ code: "ERR_BUILDER_BUSY" }),
    }),
  );
  const sharing = ask(setup, "one");
  two.leave();
  const later = ask(setup, "three");
  await vi.waitFor(() => {
    expect(images(setup.events, "build-queued")).toHaveLength(3);
  });
  setup.open();
  for (const { answer } of [built, one, sharing, later]) {
    expect(await answer).toMatchObject({ kind: "found" });
  }
});

it("queues explanations, too", async () => {
  const setup = await setUpGate({ maxBuilds: 1 });
  const built = ask(setup, "built");
  await vi.waitFor(() => {
    expect(setup.packages.calls.prepare).toBe(1);
  });
  const explained = setup.builder.explain({ name: "explained", tag: "latest" });
  const left = new AbortController();
  const second = setup.builder.explain({ name: "a", tag: "latest" }, { signal: left.signal });
  left.abort(new Error("left"));
  await expect(second).rejects.toThrow("left");
  expect(setup.packages.calls.prepare).toBe(1);
  setup.open();
  expect(await explained).toMatchObject({ kind: "explained" });
  expect(await built.answer).toMatchObject({ kind: "found" });
});

it("refuses waiting builds when the builder is closed", async () => {
  const setup = await setUpGate({ maxBuilds: 1 });
  const clients = [ask(setup, "built"), ask(setup, "waiting")];
  await vi.waitFor(() => {
    expect(images(setup.events, "build-queued")).toHaveLength(1);
  });
  await setup.builder.close();
  for (const { answer } of clients) {
    expect(await answer).toMatchObject({ kind: "unavailable" });
  }
  expect(setup.packages.calls.prepare).toBe(1);
});
