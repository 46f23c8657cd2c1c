/**
 * Property tests draw the same cases in every run: a test that fails has been broken, not unlucky. `LLNET_TEST_SEED`, a whole
 * number, draws others, to look for mistakes that nobody has met yet.
 */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["LLNET_TEST_SEED"] ?? 1) });

export { fc };
