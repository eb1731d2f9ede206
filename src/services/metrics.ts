// What Prometheus is told. Labels come from closed sets: nothing that a client sends becomes one.
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Admission } from './admission.ts'

export interface Metrics {
  readonly contentType: string
  /** @param code of a problem, or `ok` */
  count(route: string, status: number, code: string, seconds: number): void
  text(): Promise<string>
}

const SECONDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300]

/** @param register with the numbers of whoever serves, if there are others */
export function makeMetrics(admission: Admission, register: Registry = new Registry()): Metrics {
  const registers = [register]
  const requests = new Counter({
    name: 'roundkeeper_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['route', 'status', 'code'],
    registers,
  })
  const duration = new Histogram({
    name: 'roundkeeper_request_seconds',
    help: 'From the head of a request to its answer.',
    labelNames: ['route'],
    buckets: SECONDS,
    registers,
  })
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  gauge('roundkeeper_requests_running', 'Requests at work.', () => admission.running)
  gauge('roundkeeper_requests_inside', 'Requests at work or waiting.', () => admission.inside)
  gauge('roundkeeper_requests_inside_limit', 'How many of these there may be.', () => {
    return admission.limits.running + admission.limits.waiting
  })
  gauge('roundkeeper_body_bytes_held', 'Bytes of bodies that are held.', () => admission.heldBytes)
  gauge('roundkeeper_body_bytes_held_limit', 'How many of these there may be.', () => admission.limits.heldBytes)
  gauge('process_resident_memory_bytes', 'Resident memory of the process.', () => process.memoryUsage.rss())
  return {
    contentType: register.contentType,
    count(route, status, code, seconds) {
      requests.inc({ route, status, code })
      duration.observe({ route }, seconds)
    },
    text: () => register.metrics(),
  }
}
