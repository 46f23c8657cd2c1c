export { combine, normalise, sumsAndProducts } from "./batch-norm";
export { kernelGradient } from "./kernel-gradient";
