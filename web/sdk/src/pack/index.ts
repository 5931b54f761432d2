/** Evidence packs, verified by whoever holds one; the same checks as `companyos evidence verify`. */
export type { Bytes } from "./bytes";
export { type VerifyKey, readPinned } from "./keys";
export type { Entry } from "./record";
export type { Statement } from "./statement";
export { type Finding, type Inclusion, type PackReport, verifyPack } from "./verify";
