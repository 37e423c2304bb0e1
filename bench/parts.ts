import type { Figure } from './figure.ts'
import { click } from './parts/click.ts'
import { hop } from './parts/hop.ts'
import type { Plan } from './plan.ts'

type Part = (plan: Plan) => Promise<Figure[]>

/** What can be measured, by name. */
export const parts = { click, hop } as const satisfies Record<string, Part>

export type PartName = keyof typeof parts

export const partNames = Object.keys(parts) as PartName[]
