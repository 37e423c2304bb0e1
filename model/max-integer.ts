/** The largest value of PostgreSQL's `integer`. */
export const maxInteger = 2_147_483_647
