import { describe, expect, it } from 'vitest'
import { parseS3Address } from '../../../src/store/source/s3-address.ts'

describe('the address of a bucket', () => {
  it('names bucket, prefix, server and region', () => {
    expect(parseS3Address('s3://my-bucket')).toEqual({ bucket: 'my-bucket', prefix: '' })
    expect(parseS3Address('s3://b.c/a/b/?endpoint=https://x.r2.test&region=auto')).toEqual({
      bucket: 'b.c',
      prefix: 'a/b/',
      endpoint: 'https://x.r2.test',
      region: 'auto',
    })
  })

  it.each([
    's3:bucket',
    's3://',
    's3://Bucket_',
    's3://bucket?endpoint=host',
    's3://bucket?endpoint=http://host/path',
    's3://bucket?endpoint=http://me:secret@host',
    's3://bucket?regoin=x',
    's3://key:secret@bucket/x',
    's3://bucket:80/x',
    'http://bucket',
  ])('is not %s', (text) => {
    expect(() => parseS3Address(text)).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  it('does not repeat a secret that was written into it', () => {
    expect(() => parseS3Address('s3://key:secret@bucket/x')).toThrow(
      expect.objectContaining({ where: 's3://bucket/x' }),
    )
  })
})
