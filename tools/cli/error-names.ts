/** The codes of problems that the command line finds itself; never reused. */
export const commandErrorNames: Readonly<Record<string, string>> = {
  LL9020: "files-not-written",
};
