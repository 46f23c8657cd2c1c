import type { StepProgram, Variable } from "../../../runtime/program/step-program.ts";
import type { Layer } from "./network-writer.ts";
import { variable, writeNetwork } from "./network-writer.ts";

/** Two modules, `[4]` → 8 → 3 classes; module 1 is trained by a classifier of its own. */
export function writeMlp(optimizer?: "sgd" | "adam"): StepProgram {
  const variables = [
    ...denseVariables("layer[1]", 4, 8, 1),
    ...denseVariables("head[1]", 8, 3, 1),
    ...denseVariables("layer[2]", 8, 3, 2),
  ];
  return writeNetwork(
    "mlp",
    [4],
    3,
    variables,
    [
      {
        units: [{ name: "layer[1]", layers: [dense("layer[1]"), relu] }],
        head: [dense("head[1]")],
        loss: "module[1].classes",
      },
      { units: [{ name: "layer[2]", layers: [dense("layer[2]")] }], head: [], loss: "module[2].classes" },
    ],
    optimizer,
  );
}

/** Two modules of convolution, batch normalisation and ReLU, `[8, 8, 3]` → 5 classes. */
export function writeConvNet(width = 8): StepProgram {
  const variables = [
    ...convVariables("stem", 3, width, 1),
    ...denseVariables("head[1]", width, 5, 1),
    ...convVariables("block", width, width, 2),
    ...denseVariables("readout", width, 5, 2),
  ];
  return writeNetwork("conv_net", [8, 8, 3], 5, variables, [
    {
      units: [{ name: "stem", layers: [conv("stem", 1), batchNorm("stem"), relu] }],
      head: [pool, dense("head[1]")],
      loss: "module[1].classes",
    },
    {
      units: [
        { name: "block", layers: [conv("block", 2), batchNorm("block"), relu] },
        { name: "readout", layers: [pool, dense("readout")] },
      ],
      head: [],
      loss: "module[2].classes",
    },
  ]);
}

/** Convolution, bias and ReLU in a row, which TensorFlow fuses into one kernel in a graph. */
export function writeFusedNet(): StepProgram {
  const zero = { kind: "constant", value: 0 } as const;
  const convolution = (name: string, from: number, module: number): Variable[] => [
    variable(`${name}.kernel`, [3, 3, from, 8], module),
    variable(`${name}.bias`, [8], module, zero),
  ];
  const variables = [
    ...convolution("stem", 3, 1),
    ...denseVariables("head[1]", 8, 5, 1),
    ...convolution("block", 8, 2),
    ...denseVariables("readout", 8, 5, 2),
  ];
  const layers = (name: string): Layer[] => [conv(name, 1), bias(name), relu];
  return writeNetwork("fused_net", [8, 8, 3], 5, variables, [
    { units: [{ name: "stem", layers: layers("stem") }], head: [pool, dense("head[1]")], loss: "module[1].classes" },
    {
      units: [
        { name: "block", layers: layers("block") },
        { name: "readout", layers: [pool, dense("readout")] },
      ],
      head: [],
      loss: "module[2].classes",
    },
  ]);
}

function denseVariables(name: string, from: number, to: number, module: number): Variable[] {
  const bias = { kind: "uniform", low: -0.1, high: 0.1 } as const;
  return [variable(`${name}.kernel`, [from, to], module), variable(`${name}.bias`, [to], module, bias)];
}

function convVariables(name: string, from: number, to: number, module: number): Variable[] {
  const one = { kind: "constant", value: 1 } as const;
  const zero = { kind: "constant", value: 0 } as const;
  return [
    variable(`${name}.kernel`, [3, 3, from, to], module),
    variable(`${name}.scale`, [to], module, one),
    variable(`${name}.offset`, [to], module, zero),
    variable(`${name}.mean`, [to], module, zero, "statistic"),
    variable(`${name}.variance`, [to], module, one, "statistic"),
  ];
}

const relu: Layer = (step, x) => {
  const y = step.emit("relu", [x]);
  return { y, backward: (dy) => step.emit("relu_gradient", [dy, y]) };
};

function dense(name: string): Layer {
  return (step, x) => {
    const kernel = step.read(`${name}.kernel`);
    const product = step.emit("matmul", [x, kernel], { transposeA: false, transposeB: false });
    const y = step.emit("bias_add", [product, step.read(`${name}.bias`)]);
    return {
      y,
      backward(dy, wantsInput) {
        const dx = wantsInput ? step.emit("matmul", [dy, kernel], { transposeA: false, transposeB: true }) : -1;
        step.finishGradient(`${name}.bias`, step.emit("bias_gradient", [dy]));
        step.finishGradient(`${name}.kernel`, step.emit("matmul", [x, dy], { transposeA: true, transposeB: false }));
        return dx;
      },
    };
  };
}

function bias(name: string): Layer {
  return (step, x) => ({
    y: step.emit("bias_add", [x, step.read(`${name}.bias`)]),
    backward(dy) {
      step.finishGradient(`${name}.bias`, step.emit("bias_gradient", [dy]));
      return dy;
    },
  });
}

function conv(name: string, stride: number): Layer {
  const attributes = { strides: [stride, stride], padding: [1, 1, 1, 1], dilations: [1, 1] };
  return (step, x) => {
    const kernel = step.read(`${name}.kernel`);
    const y = step.emit("conv2d", [x, kernel], attributes);
    return {
      y,
      backward(dy, wantsInput) {
        const inputShape = step.builder.typeOf(x).shape;
        const kernelShape = step.builder.typeOf(kernel).shape;
        const dx = wantsInput ? step.emit("conv2d_input_gradient", [kernel, dy], { ...attributes, inputShape }) : -1;
        const gradient = step.emit("conv2d_kernel_gradient", [x, dy], { ...attributes, kernelShape });
        step.finishGradient(`${name}.kernel`, gradient);
        return dx;
      },
    };
  };
}

function batchNorm(name: string): Layer {
  return (step, x) => {
    const [scale, offset, mean, variance] = ["scale", "offset", "mean", "variance"].map((part) =>
      step.read(`${name}.${part}`),
    ) as [number, number, number, number];
    if (step.mode === "evaluate" || step.mode === "predict") {
      const y = step.emit("batch_norm_inference", [x, scale, offset, mean, variance], { epsilon: 1e-5 });
      return { y, backward: () => -1 };
    }
    const [y, newMean, newVariance, batchMean, batchVariance] = step.builder.emit(
      "batch_norm_training",
      [x, scale, offset, mean, variance],
      { epsilon: 1e-5, momentum: 0.1 },
    ) as [number, number, number, number, number];
    return {
      y,
      backward(dy) {
        const operands = [dy, x, scale, batchMean, batchVariance];
        const [dx, dScale, dOffset] = step.builder.emit("batch_norm_gradient", operands, { epsilon: 1e-5 }) as [
          number,
          number,
          number,
        ];
        step.finishGradient(`${name}.scale`, dScale);
        step.finishGradient(`${name}.offset`, dOffset);
        if (step.mode === "train") {
          step.builder.emit("assign", [newMean], {}, [`${name}.mean`]);
          step.builder.emit("assign", [newVariance], {}, [`${name}.variance`]);
        }
        return dx;
      },
    };
  };
}

/** Mean over height and width, through a reshape, so that shared buffers occur. */
const pool: Layer = (step, x) => {
  const { shape } = step.builder.typeOf(x);
  const [height, width, channels] = shape.slice(1) as [number, number, number];
  const mean = step.emit("mean", [x], { axes: [1, 2], keepAxes: true });
  const y = step.emit("reshape", [mean], { shape: [-1, channels] });
  return {
    y,
    backward(dy) {
      const share = step.emit("scale", [dy], { factor: { value: 1 / (height * width), batchPower: 0 } });
      const spread = step.emit("reshape", [share], { shape: [-1, 1, 1, channels] });
      return step.emit("broadcast", [spread], { shape });
    },
  };
};
