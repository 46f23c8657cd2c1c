/** Functions as the emitter holds them until they are handed to ts-morph. */
export interface FunctionText {
  readonly name: string;
  readonly parameters: readonly string[];
  /** Left to inference where absent. */
  readonly returnType: string | undefined;
  readonly documentation: readonly string[];
  /** Lines; a piece may hold several. */
  readonly body: readonly string[];
}
