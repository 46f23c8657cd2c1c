/** All rules, sorted by name. A new rule is one file here, one line in this one and one page in `docs/rules`. */
import type { Rule } from "./rule.ts";
import { auxiliaryReadout } from "./rules/auxiliary-readout.ts";
import { biasBeforeNormalization } from "./rules/bias-before-normalization.ts";
import { constantCondition } from "./rules/constant-condition.ts";
import { coupledAdamDecay } from "./rules/coupled-adam-decay.ts";
import { decayedNormalization } from "./rules/decayed-normalization.ts";
import { detachedLongRangeEdge } from "./rules/detached-long-range-edge.ts";
import { duplicateVariant } from "./rules/duplicate-variant.ts";
import { flatLerp } from "./rules/flat-lerp.ts";
import { foreignBaseline } from "./rules/foreign-baseline.ts";
import { idleLastEpoch } from "./rules/idle-last-epoch.ts";
import { labelChangingAugmentation } from "./rules/label-changing-augmentation.ts";
import { loneStem } from "./rules/lone-stem.ts";
import { milestoneBeyondTraining } from "./rules/milestone-beyond-training.ts";
import { missingSeed } from "./rules/missing-seed.ts";
import { nesterovWithoutMomentum } from "./rules/nesterov-without-momentum.ts";
import { oversizedHead } from "./rules/oversized-head.ts";
import { probabilitiesAsLogits } from "./rules/probabilities-as-logits.ts";
import { rectifiedLogits } from "./rules/rectified-logits.ts";
import { repeatedActivation } from "./rules/repeated-activation.ts";
import { savingLostToHeads } from "./rules/saving-lost-to-heads.ts";
import { seedAsFactor } from "./rules/seed-as-factor.ts";
import { shadowedName } from "./rules/shadowed-name.ts";
import { singleSeedAblation } from "./rules/single-seed-ablation.ts";
import { singleValueVary } from "./rules/single-value-vary.ts";
import { smallContrastBatch } from "./rules/small-contrast-batch.ts";
import { splitIntoOne } from "./rules/split-into-one.ts";
import { steepAdamRate } from "./rules/steep-adam-rate.ts";
import { stemCountedAsUnit } from "./rules/stem-counted-as-unit.ts";
import { tinyModule } from "./rules/tiny-module.ts";
import { trainedTarget } from "./rules/trained-target.ts";
import { tunedOnTest } from "./rules/tuned-on-test.ts";
import { unbalancedMemory } from "./rules/unbalanced-memory.ts";
import { unequalData } from "./rules/unequal-data.ts";
import { unequalEpochs } from "./rules/unequal-epochs.ts";
import { unequalParameters } from "./rules/unequal-parameters.ts";
import { unevenSplit } from "./rules/uneven-split.ts";
import { unexplainedSuppression } from "./rules/unexplained-suppression.ts";
import { unknownSuppression } from "./rules/unknown-suppression.ts";
import { unnormalizedContrast } from "./rules/unnormalized-contrast.ts";
import { unusedDeclaration } from "./rules/unused-declaration.ts";
import { unusedHeadEntry } from "./rules/unused-head-entry.ts";
import { unusedImport } from "./rules/unused-import.ts";
import { unusedLet } from "./rules/unused-let.ts";
import { unusedParameter } from "./rules/unused-parameter.ts";
import { unusedSuppression } from "./rules/unused-suppression.ts";
import { warmupBeyondTraining } from "./rules/warmup-beyond-training.ts";
import { weightlessModule } from "./rules/weightless-module.ts";
import { wrongClassCount } from "./rules/wrong-class-count.ts";
import { wrongInputShape } from "./rules/wrong-input-shape.ts";
import { zeroWeightLoss } from "./rules/zero-weight-loss.ts";

export const rules: readonly Rule[] = [
  auxiliaryReadout,
  biasBeforeNormalization,
  constantCondition,
  coupledAdamDecay,
  decayedNormalization,
  detachedLongRangeEdge,
  duplicateVariant,
  flatLerp,
  foreignBaseline,
  idleLastEpoch,
  labelChangingAugmentation,
  loneStem,
  milestoneBeyondTraining,
  missingSeed,
  nesterovWithoutMomentum,
  oversizedHead,
  probabilitiesAsLogits,
  rectifiedLogits,
  repeatedActivation,
  savingLostToHeads,
  seedAsFactor,
  shadowedName,
  singleSeedAblation,
  singleValueVary,
  smallContrastBatch,
  splitIntoOne,
  steepAdamRate,
  stemCountedAsUnit,
  tinyModule,
  trainedTarget,
  tunedOnTest,
  unbalancedMemory,
  unequalData,
  unequalEpochs,
  unequalParameters,
  unevenSplit,
  unexplainedSuppression,
  unknownSuppression,
  unnormalizedContrast,
  unusedDeclaration,
  unusedHeadEntry,
  unusedImport,
  unusedLet,
  unusedParameter,
  unusedSuppression,
  warmupBeyondTraining,
  weightlessModule,
  wrongClassCount,
  wrongInputShape,
  zeroWeightLoss,
];
