/** The three kinds of text in a competition repository. */
export { csvFile } from './csv-file.ts'
export { type JsonStyle, jsonFile } from './json-file.ts'
export { linesFile } from './lines-file.ts'
