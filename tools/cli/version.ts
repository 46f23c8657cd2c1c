declare const LLNET_VERSION: string | undefined;

/** Put in by the build; from source there is none. */
export const ownVersion = typeof LLNET_VERSION === "string" ? LLNET_VERSION : "source";
