/** The events that functions publish: their types, and what they say. */
import { z } from '@hono/zod-openapi'
import type { EventName } from '../../model/messages.ts'

/** An event of one type and major version. Within a version, fields are only added, as optional. */
export type Event<E extends EventName = EventName, S extends z.ZodObject = z.ZodObject> = {
  type: E
  version: number
  data: S
}

export const event = <E extends EventName, S extends z.ZodObject>(
  type: E,
  version: number,
  data: S,
): Event<E, S> => ({ type, version, data })

const hasOffset = /(?:Z|[+-]\d\d:?\d\d)$/

/** A time in UTC. What is no time stays as it is, and is refused as such. */
function toUtc(time: string): string {
  const date = new Date(hasOffset.test(time) ? time : `${time}Z`)
  return Number.isNaN(date.getTime()) ? time : date.toISOString()
}

/**
 * When something happened, in ISO 8601 with `Z`. A time without an offset, as the study's messages
 * have it, is read as UTC.
 */
export const occurred = z.iso.datetime({ local: true, offset: true }).overwrite(toUtc)

/** An event that has happened, to be stored with the change that it announces. */
export type Announcement<E extends EventName = EventName> = {
  type: E
  version: number
  data: Record<string, unknown>
  /** The row that it is about, such as `order/7`. */
  subject?: string | undefined
}

/** @throws ZodError if the data break the schema of the event */
export const publish = <E extends EventName, S extends z.ZodObject>(
  { type, version, data: schema }: Event<E, S>,
  data: z.input<S>,
  subject?: string,
): Announcement<E> => ({ type, version, data: schema.parse(data), subject })
