// A plugin of typedoc: a module is called what users import, not where its file lies, and a package
// says what it is for.
import { readFileSync } from "node:fs";
import { Comment, Converter, ReflectionKind } from "typedoc";

export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
      // `storage/src/memory` is `@nixery/storage/memory`.
      const [folder, , ...entry] = module.name.split("/");
      const file = new URL(`../packages/${folder}/package.json`, import.meta.url);
      const { name, description } = JSON.parse(readFileSync(file, "utf8"));
      module.name = [name, ...entry.filter((part) => part !== "index")].join("/");
      if (module.name === name) {
        module.comment = new Comment([{ kind: "text", text: description }]);
      }
    }
  });
}
