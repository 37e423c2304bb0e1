/** Queries that are built and compiled once, and then sent with other values each time. */
import { type CompiledQuery, type QueryResult, type RawBuilder, sql } from 'kysely'
import type { Db } from '../schema.ts'

/** The place of a value in a compiled query. */
class Place {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** The values of a query, each as an expression of its type. */
export type Places<Values> = { readonly [Name in keyof Values]: RawBuilder<Values[Name]> }

type Compilable<Row> = { compile: (db: Db) => CompiledQuery<Row> }

const places = new Proxy({}, { get: (_, name) => sql`${new Place(String(name))}` })

/**
 * Prepares a query whose text is the same for all values. It is built when it first runs: building
 * each query each time adds 10 % to the CPU time of an order.
 */
export function prepare<Values extends object, Row>(
  build: (db: Db, values: Places<Values>) => Compilable<Row>,
): (db: Db, values: Values) => Promise<QueryResult<Row>> {
  let compiled: CompiledQuery<Row> | undefined
  return (db, values) => {
    compiled ??= build(db, places as Places<Values>).compile(db)
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Place ? values[parameter.name as keyof Values] : parameter,
    )
    return db.executeQuery({ ...compiled, parameters })
  }
}
