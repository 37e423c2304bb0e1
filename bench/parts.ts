import type { Figure } from './figure.ts'
import { click } from './parts/click.ts'
import { health } from './parts/health.ts'
import { hop } from './parts/hop.ts'
import { image } from './parts/image.ts'
import { order, product, register } from './parts/scenario.ts'
import { size } from './parts/size.ts'
import { start } from './parts/start.ts'
import { waiting } from './parts/waiting.ts'
import type { Plan } from './plan.ts'

type Part = (plan: Plan) => Promise<Figure[]>

/** What can be measured, by name. */
export const parts = {
  click,
  register,
  product,
  order,
  hop,
  waiting,
  health,
  start,
  size,
  image,
} as const satisfies Record<string, Part>

export type PartName = keyof typeof parts

export const partNames = Object.keys(parts) as PartName[]
