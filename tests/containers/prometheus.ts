import { styles } from '../../model/styles.ts'
import { style } from './compose.ts'

type Sample = { metric: Record<string, string>; value: [number, string] }

/** Queries the running Prometheus, and returns the samples that are numbers. */
export async function ask(query: string): Promise<Sample[]> {
  const port = 9090 + styles[style].toolPortOffset
  const url = process.env.PROMETHEUS_URL ?? `http://localhost:${port}`
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query }),
  })
  const { data, error } = (await response.json()) as { data?: { result: Sample[] }; error?: string }
  if (!data) throw new Error(`Prometheus refuses ${query}: ${error}`)
  return data.result.filter(({ value }) => Number.isFinite(Number(value[1])))
}

const nesting: Record<string, number> = { '(': 1, ')': -1 }

/** The operands of the outermost `or`: each must have data of its own. */
export function operandsOf(expression: string): string[] {
  const operands = ['']
  let depth = 0
  for (const token of expression.split(/(\bor\b|[()])/)) {
    depth += nesting[token] ?? 0
    if (token === 'or' && depth === 0) operands.push('')
    else operands[operands.length - 1] += token
  }
  return operands.map((operand) => operand.trim())
}
