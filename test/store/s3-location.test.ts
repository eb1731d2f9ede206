import { describe, expect, it } from 'vitest'
import { idOf, publicBase, regionOf } from '../../src/store/s3/location.ts'

const R2 = 'https://0123456789abcdef.r2.cloudflarestorage.com'
const bucket = { bucket: 'models', prefix: 'mesh/' }

describe('where a bucket is', () => {
  it.each([
    ['of Amazon', { ...bucket, region: 'eu-west-1' }, undefined, 'https://models.s3.eu-west-1.amazonaws.com/mesh'],
    [
      'of Amazon, with dots in its name',
      { bucket: 'models.example', prefix: '', region: 'eu-west-1' },
      undefined,
      'https://s3.eu-west-1.amazonaws.com/models.example',
    ],
    [
      'of another server',
      { ...bucket, endpoint: 'http://127.0.0.1:9000' },
      undefined,
      'http://127.0.0.1:9000/models/mesh',
    ],
    [
      'of another server, by the name of its host',
      { ...bucket, endpoint: 'https://objects.example:8443/', pathStyle: false },
      undefined,
      'https://models.objects.example:8443/mesh',
    ],
    ['without a prefix', { bucket: 'models', prefix: '', endpoint: R2 }, undefined, `${R2}/models`],
    ['served elsewhere', { ...bucket, endpoint: R2 }, 'https://cdn.example/mesh/', 'https://cdn.example/mesh'],
  ])('for anybody: %s', (_, location, baseUrl, expected) => {
    expect(publicBase(location, baseUrl)).toBe(expected)
  })

  it.each([
    ['as it is told', { ...bucket, region: 'eu-west-1' }, { AWS_REGION: 'us-west-2' }, 'eu-west-1'],
    ['the only one of R2', { ...bucket, endpoint: R2 }, { AWS_REGION: 'us-west-2' }, 'auto'],
    ['of the environment', bucket, { AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'us-west-1' }, 'us-west-2'],
    ['of the environment, the older way', bucket, { AWS_DEFAULT_REGION: 'us-west-1' }, 'us-west-1'],
    ['that of everybody', bucket, {}, 'us-east-1'],
  ])('by its region: %s', (_, location, env, expected) => {
    expect(regionOf(location, env)).toBe(expected)
  })

  it('for people', () => {
    expect(idOf(bucket)).toBe('s3://models/mesh')
    expect(idOf({ bucket: 'models', prefix: '', endpoint: R2 })).toBe(`s3://models at ${R2}`)
  })
})
