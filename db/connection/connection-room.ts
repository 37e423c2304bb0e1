/** Whether a server has connections for the pools of all replicas. */
import { sql } from 'kysely'
import { functionNames, hasDatabase } from '../../model/services.ts'
import type { StyleName } from '../../model/styles.ts'
import type { Db } from '../schema.ts'

export type ConnectionRoom = {
  /** Connections that the server grants to roles without special rights. */
  most: number
  /** Those of other programs. */
  others: number
  /** Those that nobody has at the moment. */
  free: number
}

/** Counts the connections of the server, as it grants and has them now. */
export async function readConnectionRoom(db: Db): Promise<ConnectionRoom> {
  // A session of another role shows its database, but neither its program nor its kind. PostgreSQL
  // 16 added reserved_connections.
  const { rows } = await sql<ConnectionRoom>`
    with sessions as (
      select count(*)::integer as every,
        count(*) filter (where application_name is distinct from 'lockstep')::integer as others
      from pg_stat_activity where datid is not null
    ), granted as (
      select current_setting('max_connections')::integer
        - current_setting('superuser_reserved_connections')::integer
        - coalesce(current_setting('reserved_connections', true)::integer, 0) as most
    )
    select most, others, most - every as free from granted, sessions
  `.execute(db)
  const [room] = rows
  if (!room) throw new Error('The server did not count its connections')
  return room
}

export type RoomOptions = {
  style?: StyleName
  /** Connections of a replica besides its pool. */
  apart?: number
}

/**
 * Judges the room for replicas, each of which has a pool of `poolMax` connections and some apart.
 * @returns how many replicas of every service fit, and the problem in words if this one may not
 */
export function judgeRoom(
  { most, others, free }: ConnectionRoom,
  poolMax: number,
  { style = 'sync', apart = 1 }: RoomOptions = {},
): { replicas: number; problem?: string } {
  const users = functionNames.filter((name) => hasDatabase(name, style)).length
  const needed = poolMax + apart
  const replicas = Math.max(0, Math.floor((most - others) / (users * needed)))
  const advice = 'lower DB_POOL_MAX or raise max_connections'
  if (replicas === 0) {
    const all = users * needed
    const problem = `the ${users} services may open ${all} connections, the server grants ${most}`
    return { replicas, problem: `${problem} and ${others} are others': ${advice}` }
  }
  // This container has opened the connection apart already.
  if (free >= poolMax) return { replicas }
  const problem = `this pool may open ${poolMax} connections, the server has ${free} left`
  return { replicas, problem: `${problem}: use at most ${replicas} replicas, ${advice}` }
}
