/** The drawn page: rows and panels at their positions, with Grafana's own components. */
import { createTheme, type DataFrame, ThemeContext, type TimeRange } from '@grafana/data'
import { GlobalStyles, PanelChrome, TimeSeries } from '@grafana/ui'
import 'uplot/dist/uPlot.min.css'
import { createRoot } from 'react-dom/client'
import { configure } from './field-config.ts'
import { askPrometheus, timeRange } from './frames.ts'
import { boxOf, choose, heightOf, type Panel, pageWidth } from './layout.ts'

/** The input of `draw`. */
export type Drawing = {
  dashboard: { title: string; panels: Panel[] }
  prometheus: string
  /** Seconds since 1970. */
  from: number
  until: number
  /** Titles of rows; without it, all rows. */
  rows?: string[]
}

declare global {
  /** Draws the page; resolves with the titles of panels without data. */
  var draw: (drawing: Drawing) => Promise<string[]>
}

const theme = createTheme({ colors: { mode: 'dark' } })

type DrawnPanel = { panel: Panel; frames: DataFrame[] }

function Graph({ panel, frames, range }: DrawnPanel & { range: TimeRange }) {
  const { width, height, ...corner } = boxOf(panel.gridPos)
  return (
    <div style={{ position: 'absolute', ...corner }}>
      <PanelChrome title={panel.title} width={width} height={height}>
        {(innerWidth, innerHeight) =>
          // Grafana's component throws without data.
          frames.length === 0 ? (
            <div style={{ textAlign: 'center' }}>No data</div>
          ) : (
            <TimeSeries
              frames={frames}
              width={innerWidth}
              height={innerHeight}
              legend={panel.options.legend}
              timeRange={range}
              timeZone="utc"
            />
          )
        }
      </PanelChrome>
    </div>
  )
}

const Row = ({ panel }: { panel: Panel }) => (
  <div style={{ position: 'absolute', ...boxOf(panel.gridPos), lineHeight: '30px' }}>
    {panel.title}
  </div>
)

type PageProps = { drawn: DrawnPanel[]; range: TimeRange }

function Page({ drawn, range }: PageProps) {
  const style = {
    position: 'relative',
    width: pageWidth,
    height: heightOf(drawn.map(({ panel }) => panel)),
    background: theme.colors.background.canvas,
    color: theme.colors.text.primary,
    ...theme.typography.body,
  } as const
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <div style={style}>
        {drawn.map(({ panel, frames }) =>
          panel.type === 'row' ? (
            <Row key={panel.title} panel={panel} />
          ) : (
            <Graph key={panel.title} panel={panel} frames={frames} range={range} />
          ),
        )}
      </div>
    </ThemeContext.Provider>
  )
}

async function ask(panel: Panel, prometheus: string, range: TimeRange): Promise<DrawnPanel> {
  const { width } = boxOf(panel.gridPos)
  const answers = (panel.targets ?? []).map((it) => askPrometheus(prometheus, it, range, width))
  const frames = (await Promise.all(answers)).flat()
  return { panel, frames: configure(frames, panel.fieldConfig ?? { defaults: {} }, theme) }
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))

globalThis.draw = async ({ dashboard, prometheus, from, until, rows }) => {
  const range = timeRange(from, until)
  const panels = choose(dashboard.panels, rows)
  const drawn = await Promise.all(panels.map((panel) => ask(panel, prometheus, range)))
  document.body.style.margin = '0'
  createRoot(document.getElementById('root') as HTMLElement).render(
    <Page drawn={drawn} range={range} />,
  )
  // A panel without data has no canvas.
  const graphs = drawn.filter(({ frames }) => frames.length > 0).length
  while (document.querySelectorAll('.u-wrap canvas').length < graphs) await nextFrame()
  // One more frame: a graph draws its lines after its canvas is on the page.
  await nextFrame()
  return drawn
    .filter(({ panel, frames }) => panel.type !== 'row' && frames.length === 0)
    .map(({ panel }) => panel.title)
}
