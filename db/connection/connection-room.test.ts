import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../../tests/database.ts'
import { judgeRoom, readConnectionRoom } from './connection-room.ts'

test('the room for replicas is what others leave', () => {
  // Four services with 11 connections each: 44 for one replica of all.
  expect(judgeRoom({ most: 97, others: 0, free: 96 }, 10)).toEqual({ replicas: 2 })
  expect(judgeRoom({ most: 97, others: 10, free: 86 }, 10)).toEqual({ replicas: 1 })
})

test('in the asynchronous style, each service has its share', () => {
  // Ten services with 10 connections and 4 apart each: 140 for one replica of all.
  const options = { style: 'async', apart: 4 } as const
  expect(judgeRoom({ most: 197, others: 0, free: 196 }, 10, options)).toEqual({ replicas: 1 })
  expect(judgeRoom({ most: 97, others: 0, free: 96 }, 10, options)).toMatchObject({
    replicas: 0,
    problem: expect.stringContaining('the 10 services may open 140 connections'),
  })
})

test('a pool that cannot be filled is named with the remedy', () => {
  expect(judgeRoom({ most: 97, others: 0, free: 9 }, 10)).toEqual({
    replicas: 2,
    problem:
      'this pool may open 10 connections, the server has 9 left: ' +
      'use at most 2 replicas, lower DB_POOL_MAX or raise max_connections',
  })
})

test('a server without room for one replica is named', () => {
  expect(judgeRoom({ most: 20, others: 3, free: 16 }, 10)).toEqual({
    replicas: 0,
    problem:
      "the 4 services may open 44 connections, the server grants 20 and 3 are others': " +
      'lower DB_POOL_MAX or raise max_connections',
  })
})

test('a server counts the connections that it grants', async () => {
  const { db, drop } = await createTestDatabase()
  onTestFinished(drop)
  const { most, free } = await readConnectionRoom(db)
  expect(most).toBeGreaterThan(10)
  expect(free).toBeLessThan(most)
  expect(free).toBeGreaterThan(0)
})
