/**
 * The Picture: what `llnet graph` draws, as plain data. A lane per module, cuts between lanes, and which loss trains which part,
 * taken from the isolation matrix. The page carries it as JSON and lays it out again whenever something is unfolded.
 *
 *     picture = lanes, cuts, losses, rails, shared, insides
 *     lane    = [context], items, [head], tracks
 */
export interface Picture {
  readonly name: string;
  readonly documentation?: string;
  /** As written: `resnet_cifar(depth = 32)`. */
  readonly backbone: string;
  /** Shape of one sample: `32×32×3`. */
  readonly input: string;
  /** The batch size that bytes are for. */
  readonly batch: number;
  /** Of one training step, weights not counted. */
  readonly peakBytes: number;
  readonly inferenceParameters: number;
  readonly trainingParameters: number;
  readonly macs: number;
  readonly readout: string;
  readonly lanes: readonly Lane[];
  /** The cut before lane i + 2; one fewer than lanes. */
  readonly cuts: readonly Cut[];
  /** In the order of the isolation matrix; the first has number 1. */
  readonly losses: readonly Loss[];
  readonly rails: readonly Rail[];
  readonly shared: readonly SharedPart[];
  readonly insides: readonly Inside[];
}

export interface Lane {
  /** 1-based. */
  readonly module: number;
  readonly context?: Item;
  readonly items: readonly Item[];
  /** None where the head is `off`. */
  readonly head?: Item;
  readonly tracks: readonly Track[];
  /** Shapes of what the module is given and returns. */
  readonly input: string;
  readonly output: string;
  readonly units: number;
  /** Of units, context and a head that inference reads. */
  readonly parameters: number;
  readonly macs: number;
  /** Of a head that only training has. */
  readonly headParameters: number;
  readonly memory: LaneMemory;
}

/** In bytes, at the picture's batch size. */
export interface LaneMemory {
  /** Kept for the backward pass by the units, their context and the module's input. */
  readonly units: number;
  /** What the head adds. */
  readonly head: number;
  /** Largest number of bytes alive while the module runs. */
  readonly peak: number;
}

export interface Item {
  readonly id: string;
  readonly kind: "context" | "unit" | "fold" | "head";
  readonly title: string;
  readonly subtitle: string;
  /** Owners in the isolation matrix this stands for; several for folded units. */
  readonly owners: readonly string[];
  readonly parameters: number;
  readonly macs: number;
  readonly input: string;
  readonly output: string;
  /** Numbers of the losses that give it a gradient. */
  readonly trainedBy: readonly number[];
  readonly sides: readonly SideInput[];
  /** `ema of stage[2].block[1], decay 0.995` */
  readonly marks: readonly string[];
  readonly isReadout: boolean;
  /** Position in `insides`: its operations. */
  readonly inside?: number;
  /** The units a fold stands for. */
  readonly folded?: readonly Item[];
}

/** Something a part uses beside the chain. */
export interface SideInput {
  /** `pixels`, `label`, `module.input`, `stage[1].block[2]` */
  readonly name: string;
  /** True where no gradient passes. */
  readonly stops: boolean;
}

/** A loss whose gradient is in this lane. */
export interface Track {
  readonly loss: number;
  readonly isOwn: boolean;
  /** Whether it also trains something in the lane before. */
  readonly continues: boolean;
}

export interface Cut {
  /** Address of the unit it follows. */
  readonly after: string;
  readonly shape: string;
  /** Losses that train on both sides. */
  readonly passedBy: readonly number[];
}

export interface Loss {
  readonly number: number;
  /** `module[1].classes` */
  readonly name: string;
  /** `classes` */
  readonly shortName: string;
  readonly module: number;
  readonly weight: string;
  /** Words for a reach beyond its own module; empty otherwise. */
  readonly reach: string;
  /** Owners with at least one weight the loss trains. */
  readonly trains: readonly string[];
  /** Position among the losses of its module, from 0: the pattern of its line. */
  readonly pattern: number;
}

/** A dashed line from far away into a context. */
export interface Rail {
  /** Module that receives it. */
  readonly to: number;
  /** 0: the model's input; otherwise what this module was given. */
  readonly from: number;
}

/** A weight several parts use. */
export interface SharedPart {
  readonly id: string;
  readonly name: string;
  readonly shape: string;
  readonly parameters: number;
  readonly modules: readonly number[];
  readonly trainedBy: readonly number[];
  readonly mark: string;
}

/** The operations of a unit, a head or a context, small ones drawn together. */
export interface Inside {
  readonly nodes: readonly InsideNode[];
  /** Positions in `nodes`. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly stops: boolean }[];
}

export interface InsideNode {
  readonly kind: "source" | "constant" | "operation" | "copy" | "average" | "frozen" | "loss" | "result";
  readonly title: string;
  readonly subtitle: string;
  /** Shape of its result where it differs from what it was given; else empty. */
  readonly shape: string;
}
