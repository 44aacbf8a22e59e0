import { type Fault, changingWrites, gather, once, replacing } from "./fault.ts";

/** A backend that keeps another content type than it was given. */
function changingTypes(name: string, foundBy: string, change: (type: string) => string): Fault {
  return {
    name,
    into: (sound) =>
      changingWrites(sound, (source, options) => [
        source,
        { ...options, contentType: change(options.contentType) },
      ]),
    foundBy,
    alone: true,
  };
}

const asGiven = "content types are kept as they were given";

export const typeFaults: readonly Fault[] = [
  changingTypes(
    "forgets a content type that it does not know",
    "content types move with their object",
    (type) => (type.startsWith("text/x-") ? "application/octet-stream" : type),
  ),
  changingTypes("keeps the content type in lower case", asGiven, (type) => type.toLowerCase()),
  changingTypes("cuts the parameters of a content type", asGiven, (type) =>
    type.replace(/;.*/, ""),
  ),
  changingTypes("adds a charset to text", asGiven, (type) =>
    type.replace(/^text\/plain$/, "$&; charset=utf-8"),
  ),
  changingTypes("cuts a long content type", asGiven, (type) => type.slice(0, 100)),
  {
    name: "loses the content type in a move",
    into: (sound) =>
      replacing(sound, {
        async move(from, to, options) {
          const type = (await sound.stat(to))?.contentType ?? "application/octet-stream";
          await sound.move(from, to, options);
          const moved = await sound.read(to);
          const bytes = await gather(moved?.body ?? once(new Uint8Array()));
          await sound.write(to, once(bytes), { contentType: type });
        },
      }),
    foundBy: "content types move with their object",
  },
  {
    name: "keeps the first content type of a key",
    into(sound) {
      const first = new Map<string, string>();
      return replacing(sound, {
        async write(key, source, options) {
          const contentType = first.get(key) ?? options.contentType;
          first.set(key, contentType);
          const info = await sound.write(key, source, { ...options, contentType });
          return { ...info, contentType: options.contentType };
        },
        async remove(key, options) {
          await sound.remove(key, options);
          first.delete(key);
        },
      });
    },
    foundBy: "content types change with their object",
  },
  {
    name: "stores bytes and type one after the other",
    into(sound) {
      const types = new Map<string, string>();
      const typed = <T extends { readonly key: string; readonly contentType: string }>(
        info: T,
      ): T => ({
        ...info,
        contentType: types.get(info.key) ?? info.contentType,
      });
      return replacing(sound, {
        async write(key, source, options) {
          const info = await sound.write(key, source, options);
          await new Promise((resolve) => {
            setTimeout(resolve, info.size % 7);
          });
          types.set(key, options.contentType);
          return info;
        },
        async replace(key, version, source, options) {
          const info = await sound.replace?.(key, version, source, options);
          if (info !== undefined) {
            types.set(key, options.contentType);
          }
          return info;
        },
        async move(from, to, options) {
          await sound.move(from, to, options);
          const type = types.get(from);
          if (type !== undefined) {
            types.set(to, type);
          }
        },
        async stat(key, options) {
          const info = await sound.stat(key, options);
          return info && typed(info);
        },
        async read(key, options) {
          const result = await sound.read(key, options);
          return result && { ...result, info: typed(result.info) };
        },
        async *list(prefix, options) {
          for await (const info of sound.list(prefix, options)) {
            yield typed(info);
          }
        },
      });
    },
    foundBy: "at the same time writes of one key leave one of their objects, whole",
    alone: true,
  },
];
