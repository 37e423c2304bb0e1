/** The positions of panels on the page. */
import type { FieldConfigSource } from '@grafana/data'
import type { VizLegendOptions } from '@grafana/ui'
import type { Target } from './frames.ts'

type Place = { x: number; y: number; w: number; h: number }

/** In units of the dashboard's grid. */
export type Panel = {
  type: string
  title: string
  gridPos: Place
  targets?: Target[]
  fieldConfig: FieldConfigSource
  options: { legend: VizLegendOptions }
}

// Grafana's grid: 24 columns, lines of 30 pixels, gaps of 8.
export const pageWidth = 1400
const gap = 8
const column = (pageWidth - gap) / 24
const line = 30 + gap
const bottomOf = (panels: Panel[]) => Math.max(...panels.map(({ gridPos: { y, h } }) => y + h))

/** The height of a page with these panels, in pixels. */
export const heightOf = (panels: Panel[]) => bottomOf(panels) * line + gap

/** A position in pixels. */
export const boxOf = ({ x, y, w, h }: Place) => ({
  left: gap + x * column,
  top: gap + y * line,
  width: w * column - gap,
  height: h * line - gap,
})

/** The panels of the chosen rows, moved up to close the gaps. */
export function choose(panels: Panel[], rows?: string[]): Panel[] {
  let chosen = true
  let above = 0
  return panels.flatMap((panel, index) => {
    if (panel.type === 'row') {
      chosen = rows?.includes(panel.title) ?? true
      const next = panels.slice(index + 1).find(({ type }) => type === 'row')
      if (!chosen) above += (next?.gridPos.y ?? bottomOf(panels)) - panel.gridPos.y
    }
    return chosen ? [{ ...panel, gridPos: { ...panel.gridPos, y: panel.gridPos.y - above } }] : []
  })
}
