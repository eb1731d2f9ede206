/** `2026-02-02 08:00 UTC` */
export const when = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
