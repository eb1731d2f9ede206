import { z } from 'zod'

/** A field that prints as an integer; integral floats and numeric strings are read, as older tools wrote them. */
export const int = () => z.coerce.number().int().meta({ number: 'int' })

/** A field that prints with a decimal point or an exponent, whatever its value (`1.0`, `8.2e-6`). */
export const float = () => z.number().meta({ number: 'float' })
