import type {
  BackboneDeclaration,
  BlockDeclaration,
  FunctionDeclaration,
  HeadDeclaration,
} from "../../../grammar/index.ts";
import type { Rule } from "../rule.ts";
import { usedNames } from "../used-names.ts";

type Parameterized = FunctionDeclaration | BlockDeclaration | HeadDeclaration | BackboneDeclaration;

export const unusedParameter: Rule = {
  name: "unused-parameter",
  code: "LL2503",
  severity: "warning",
  summary: "A parameter changes nothing, whatever it is given.",
  since: "0.1.0",
  fixable: "no",
  create: ({ report }) => {
    const look = (node: Parameterized): void => {
      const used = usedNames(node);
      for (const { name } of node.parameters) {
        // The first parameter of a head is the module it is put on, whether it looks at it or not.
        if (name.text === "" || used.has(name.text) || (node.kind === "Head" && name === node.parameters[0]?.name))
          continue;
        const message = `\`${node.name.text}\` does not use its parameter \`${name.text}\``;
        report({
          span: name.span,
          message,
          help: "giving it another value in an ablation would compare a model with itself",
        });
      }
    };
    return { Function: look, Block: look, Head: look, Backbone: look };
  },
};
