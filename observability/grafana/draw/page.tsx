/** The page that is drawn: rows and panels at their places, each by Grafana's own components. */
import { createTheme, type DataFrame, ThemeContext, type TimeRange } from '@grafana/data'
import { GlobalStyles, PanelChrome, TimeSeries } from '@grafana/ui'
import 'uplot/dist/uPlot.min.css'
import { createRoot } from 'react-dom/client'
import { configure } from './field-config.ts'
import { askPrometheus, timeRange } from './frames.ts'
import { boxOf, choose, heightOf, type Panel, pageWidth } from './layout.ts'

/** What is to be drawn. */
export type Drawing = {
  dashboard: { title: string; panels: Panel[] }
  prometheus: string
  /** Seconds since 1970. */
  from: number
  until: number
  /** Titles of rows; all without it. */
  rows?: string[]
}

declare global {
  /** Draws, and resolves with the titles of the panels without data when all is on the page. */
  var draw: (drawing: Drawing) => Promise<string[]>
}

const theme = createTheme({ colors: { mode: 'dark' } })

type DrawnPanel = { panel: Panel; frames: DataFrame[] }

function Graph({ panel, frames, range }: DrawnPanel & { range: TimeRange }) {
  const { width, height, ...corner } = boxOf(panel.gridPos)
  return (
    <div style={{ position: 'absolute', ...corner }}>
      <PanelChrome title={panel.title} width={width} height={height}>
        {(innerWidth, innerHeight) => (
          <TimeSeries
            frames={frames}
            width={innerWidth}
            height={innerHeight}
            legend={panel.options.legend}
            timeRange={range}
            timeZone="utc"
          />
        )}
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
  const graphs = panels.filter(({ type }) => type !== 'row').length
  while (document.querySelectorAll('.u-wrap canvas').length < graphs) await nextFrame()
  // One frame more, as a graph draws its lines after it has put its canvas onto the page.
  await nextFrame()
  return drawn
    .filter(({ panel, frames }) => panel.type !== 'row' && frames.length === 0)
    .map(({ panel }) => panel.title)
}
