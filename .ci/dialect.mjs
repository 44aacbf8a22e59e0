// Rules of this repository that oxlint does not have: one form of methods in interfaces, and names
// of booleans that read as a question.

const functionNodes = new Set(["ArrowFunctionExpression", "FunctionDeclaration"]);
const question = /^(?:is|has|can|may|should|must|was|are|does|needs|will)(?:[A-Z]|$)/;

const methodSignature = {
  meta: { type: "suggestion", fixable: "code" },
  create(context) {
    return {
      TSPropertySignature(node) {
        const type = node.typeAnnotation?.typeAnnotation;
        if (type?.type !== "TSFunctionType" || node.computed) {
          return;
        }
        context.report({
          node,
          message: "Write a method: name(parameters): result;",
          fix: (fixer) => fixer.replaceText(node, methodText(context.sourceCode, node, type)),
        });
      },
    };
  },
};

function methodText(source, node, type) {
  const name = source.getText(node.key) + (node.optional ? "?" : "");
  const result = source.getText(type.returnType.typeAnnotation);
  const beforeArrow = source.text.slice(type.range[0], type.returnType.range[0]);
  const parameters = beforeArrow.replace(/\s*(?:=>\s*)?$/, "");
  return `${name}${parameters}: ${result};`;
}

const booleanName = {
  meta: { type: "suggestion" },
  create(context) {
    const check = (node, name) => {
      if (!question.test(name)) {
        context.report({
          node,
          message: `Name the boolean "${name}" as a question: is, has, can, may, should, must, was, are, does, needs, will.`,
        });
      }
    };
    return {
      FunctionDeclaration(node) {
        if (node.id !== null && isBoolean(node.returnType)) {
          check(node.id, node.id.name);
        }
      },
      VariableDeclarator(node) {
        const { id, init } = node;
        if (id.type !== "Identifier") {
          return;
        }
        const isQuestion = functionNodes.has(init?.type)
          ? isBoolean(init.returnType)
          : isBoolean(id.typeAnnotation) || isTruth(init);
        if (isQuestion) {
          check(id, id.name);
        }
      },
      TSPropertySignature(node) {
        // Options are named by their own documentation, as in `sandbox: true`.
        const isOption = /(?:Options|Settings)$/.test(node.parent?.parent?.id?.name ?? "Options");
        if (isBoolean(node.typeAnnotation) && !isOption) {
          check(node.key, node.key.name);
        }
      },
    };
  },
};

function isBoolean(annotation) {
  const type = annotation?.typeAnnotation;
  return type?.type === "TSBooleanKeyword" || type?.type === "TSTypePredicate";
}

function isTruth(node) {
  return node?.type === "Literal" && typeof node.value === "boolean";
}

const plugin = {
  meta: { name: "dialect" },
  rules: { "method-signature": methodSignature, "boolean-name": booleanName },
};

export default plugin;
