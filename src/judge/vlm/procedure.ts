/**
 * How a judge comes to a verdict, as a generator: it yields the calls that it wants answered, all of a batch at once, and
 * returns what follows. Whoever runs it asks a model, or reads a transcript: the decision is the same code. Pure.
 */
import type { Read } from './read-answer.ts'
import type { RawAnswer, VlmRequest } from './request.ts'

export type Procedure<T> = Generator<readonly VlmRequest[], T, readonly RawAnswer[]>

/** Several at once, batch by batch. */
export function* together<T extends readonly unknown[]>(
  ...procedures: { readonly [K in keyof T]: Procedure<T[K]> }
): Procedure<T> {
  const steps = procedures.map((procedure) => procedure.next())
  for (;;) {
    const open = steps.flatMap((step, i) => (step.done ? [] : [{ i, requests: step.value }]))
    if (open.length === 0) return steps.map(({ value }) => value) as unknown as T
    const answers = yield open.flatMap(({ requests }) => requests)
    let at = 0
    for (const { i, requests } of open) {
      const procedure = procedures[i] as Procedure<unknown>
      steps[i] = procedure.next(answers.slice(at, at + requests.length))
      at += requests.length
    }
  }
}

/** One call, made again until its answer can be read. @param first number of the first attempt */
export function* insist<T>(
  request: (attempt: number) => VlmRequest,
  read: (answer: RawAnswer) => Read<T>,
  attempts: number,
  first = 0,
): Procedure<Read<T>> {
  for (let attempt = 0; ; attempt++) {
    const [answer] = yield [request(first + attempt)]
    const result = read(answer as RawAnswer)
    if (result.ok || attempt + 1 >= attempts) return result
  }
}
