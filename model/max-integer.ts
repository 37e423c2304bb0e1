/** The largest value of PostgreSQL's `integer`; in milliseconds, the longest timer of Node.js. */
export const maxInteger = 2_147_483_647
