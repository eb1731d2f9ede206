import { z } from 'zod'
import { files } from './files.ts'
import type { AnyStateFile } from './state-file.ts'

/** `docs/schemas/`, made from the zod schemas: a JSON Schema a file kind and the table of all of them, by file name. */
export function schemaDocuments(): ReadonlyMap<string, string> {
  const documents = new Map<string, string>()
  for (const file of Object.values(files)) documents.set(`${file.name}.schema.json`, jsonSchema(file))
  return documents.set('README.md', table(Object.values(files)))
}

/** What a hand may write: fields with a default may be left out, fields that are not listed are kept. */
const jsonSchema = (file: AnyStateFile): string => jsonSchemaDocument(pattern(file), file.schema, 'input')

/** @param io `input`: what may be written for it; `output`: what it is when read */
export function jsonSchemaDocument(title: string, of: z.ZodType, io: 'input' | 'output'): string {
  const { $schema, ...schema } = z.toJSONSchema(of, { io, override: tidy })
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`
}

/** Shows the defaults of all numbers, and leaves out the bounds of safe integers and the pattern behind `format`. */
function tidy({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema }) {
  const { def } = zodSchema._zod
  if (def.type === 'default') jsonSchema.default = def.defaultValue as string | number | boolean | null
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern
}

const PLACEHOLDERS: Readonly<Record<string, readonly string[]>> = {
  duels: ['{N}', '{left10}', '{right}'],
  judge_checks: ['{N}', '{left10}', '{right}'],
  intervention: ['{NNNN}'],
}

const pattern = (file: AnyStateFile): string => file.path(...(PLACEHOLDERS[file.name] ?? ['{N}', '{hotkey}']))

function table(all: readonly AnyStateFile[]): string {
  const rows = all.map((file) =>
    [
      `[${file.name}](${file.name}.schema.json)`,
      `\`${pattern(file)}\``,
      file.writers.join(', '),
      file.stages.join(', ') || '–',
      file.schema.description ?? '',
    ].join(' | '),
  )
  return `${HEAD}\n${rows.map((row) => `| ${row} |`).join('\n')}\n\n${FOOT}\n`
}

const HEAD = `# The files of a competition repository

Made by \`npm run schemas\` from \`src/state/\`; do not edit.

\`{N}\` is the round, from 0, unpadded; \`{hotkey}\` is a miner or the literal \`leader\`; \`{left10}\` are the first ten
characters of the defender and \`{right}\` is the challenger of a match; \`{NNNN}\` counts from 0001.

| File | Path | Written by | In stage | Holds |
|---|---|---|---|---|`

const FOOT = `- JSON is UTF-8, indented by two spaces, in declared field order, without a final newline. \`seed.json\` is one line;
  \`submissions.json\` and \`seed.json\` escape non-ASCII characters.
- A number field of type \`number\` prints with a point or an exponent (\`1.0\`), one of type \`integer\` without.
- Fields that are not listed are kept when a file is rewritten. Of duplicate keys the last counts.
- Keys of maps must not be plain numbers (\`7\`), and none may be \`__proto__\`.
- Files of an earlier attempt at a round lie under \`rounds/{N}/attempts/{K}/\`, with the same names and formats.
- \`prompts.txt\` and \`matches_matrix.csv\` are text: their schemas describe the lines and rows that are read from them.

[verify-report.schema.json](verify-report.schema.json) and [doctor.schema.json](doctor.schema.json) describe no files of a
competition, but what \`roundkeeper verify --json\` and \`roundkeeper doctor --json\` print.`
