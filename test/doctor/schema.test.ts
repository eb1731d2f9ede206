import { expect, it } from 'vitest'
import { z } from 'zod'
import { doctorReportSchema } from '../../src/doctor/report.ts'

/** As `npm run schemas` writes it. */
it('docs/schemas/doctor.schema.json is up to date', async () => {
  const document = `${JSON.stringify(z.toJSONSchema(doctorReportSchema), null, 2)}\n`
  await expect(document).toMatchFileSnapshot('../../docs/schemas/doctor.schema.json')
})
