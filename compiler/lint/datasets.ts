/** What a model must be made for to be trained on a dataset, as far as linting needs to know. */
export interface DatasetFacts {
  readonly name: string;
  readonly classes: number;
  /** [height, width, channels] */
  readonly shape: readonly number[];
}

export const datasets: readonly DatasetFacts[] = [
  { name: "digits", classes: 10, shape: [8, 8, 1] },
  { name: "mnist", classes: 10, shape: [28, 28, 1] },
  { name: "fashion_mnist", classes: 10, shape: [28, 28, 1] },
  { name: "cifar10", classes: 10, shape: [32, 32, 3] },
  { name: "cifar100", classes: 100, shape: [32, 32, 3] },
  { name: "svhn", classes: 10, shape: [32, 32, 3] },
  { name: "stl10", classes: 10, shape: [96, 96, 3] },
];

/** `cifar10:DIR` names its dataset before the colon. */
export function datasetOf(specification: string | undefined): DatasetFacts | undefined {
  const [name] = (specification ?? "").split(":");
  return datasets.find((dataset) => dataset.name === name);
}
