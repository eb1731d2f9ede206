/** The names of the pages. */
export const INDEX_PAGE = 'index.html'
export const roundPage = (round: number) => `round-${round}.html`
export const matchPage = (round: number, match: number) => `round-${round}-match-${match}.html`
