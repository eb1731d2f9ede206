import { jsonSchemaDocument } from '../../state/json-schemas.ts'
import { reportSchema } from './schema.ts'

/** `docs/schemas/verify-report.schema.json` */
export const reportSchemaDocument = (): string =>
  jsonSchemaDocument('roundkeeper verify --json', reportSchema, 'output')
