/** Studies of 1,000 variants of ResNet-32: as researchers sweep recipes, and as they sweep networks. */
const imports = `import { resnet_cifar }  from "std/backbones"
import { infopro }       from "std/heads"
import { infopro_cifar } from "std/recipes"

model net {
  input    [32, 32, 3]
  classes  10
  backbone resnet_cifar(depth = 32)
  split into 4
  heads { local: infopro }
  train infopro_cifar
}
`;

/** 4 structures; rate, batch, epochs and decay are the recipe's. */
export const recipeStudy = `${imports}
ablate recipes of net {
  vary split:      into 1, into 2, into 4, into 8
  vary train.rate: 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, cosine(peak = 0.4), cosine(peak = 0.8), cosine(peak = 1.6)
  vary train.batch: 64, 128, 256, 512, 1024
  vary train.epochs: 40, 80, 120, 160, 200
}
`;

/** 20 structures: files of all of them are written. */
export const smallStudy = `${imports}
ablate few of net {
  vary split:              into 2, into 4, into 8, into 12, into 16
  vary heads.local.hidden: 32, 64, 96, 128
}
`;

/** 1,000 structures. */
export const structureStudy = `${imports}
ablate structures of net {
  vary split:                  into 2, into 4, into 8, into 12, into 16
  vary heads.local.hidden:     32, 64, 96, 128, 160
  vary heads.local.convs:      1, 2
  vary heads.local.denses:     2, 3
  vary heads.local.reconstruct: 1, 2, 3, 4, 5
  vary heads.local.contrast:   false, true
}
`;
