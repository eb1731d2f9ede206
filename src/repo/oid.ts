const OID = /^[0-9a-f]{40}$/

/** Whether a text is the whole id of an object. */
export const isOid = (text: string) => OID.test(text)
