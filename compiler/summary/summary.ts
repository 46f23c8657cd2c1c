export interface Summary {
  readonly model: string;
  /** As written: `resnet_cifar(depth = 32)`. */
  readonly backbone: string;
  /** The batch size `peakBytes` is for. */
  readonly batch: number;
  readonly modules: readonly ModuleSummary[];
  /** Trained scalars; running statistics are not counted. */
  readonly parameters: {
    /** Units and the last module's readout. */
    readonly backbone: number;
    /** Local heads, which live only in training. */
    readonly heads: number;
    readonly context: number;
    /** Weights several modules use, counted once. */
    readonly shared: number;
    /** Weights that follow others and are not trained; in none of the sums. */
    readonly averages: number;
    readonly inference: number;
    readonly training: number;
  };
  /** Multiply-adds of convolutions and matrix products in one forward pass, per sample. */
  readonly macs: { readonly backbone: number; readonly heads: number; readonly context: number };
  /** Planned peak of a training step in bytes, weights apart. */
  readonly peakBytes: number;
}

export interface Cost {
  readonly parameters: number;
  readonly macs: number;
}

export interface ModuleSummary {
  /** 1-based. */
  readonly index: number;
  readonly units: readonly string[];
  /** The module's units, and its readout. */
  readonly parameters: number;
  readonly macs: number;
  /** The module's head, where inference reads it: that of the last module unless `readout` says otherwise. */
  readonly readout?: HeadSummary;
  readonly heads: readonly HeadSummary[];
  readonly context: Cost;
  /** What the backward pass keeps: activations of the module and its head, and the module's input. */
  readonly savedBytesPerSample: number;
}

export interface HeadSummary {
  /** The declaration: `infopro`. */
  readonly name: string;
  /** As written: `infopro(reconstruct = 6)`. */
  readonly title: string;
  readonly parameters: number;
  readonly macs: number;
}
