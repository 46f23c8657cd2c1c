/** The door of the format room: text in, formatted text out. */
export { type FormatResult, formatText } from "./format-text.ts";
