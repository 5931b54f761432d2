/** @companyos/kit/pack: evidence packs for people, without the console's theme. */
export { Pack } from "./Pack";
