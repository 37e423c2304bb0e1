/**
 * A client of the asynchronous style that sends what the study's clients send, in their medium
 * load, and checks what they check: statuses, ids and states. Their time limits are reported apart.
 */
import { check, sleep } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'
import { Rate, Trend } from 'k6/metrics'

const duration = `${__ENV.SECONDS}s`
const errors = new Rate('error_rate')
const numbers = [1, 2, 3, 4, 5, 6]
const slow = numbers.map((number) => new Rate(`slow_${number}`))
const times = numbers.map((number) => new Trend(`time_${number}`, true))

const users = (vus) => ({ executor: 'constant-vus', exec: 'play', vus, duration })
const clicks = {
  executor: 'constant-arrival-rate',
  exec: 'play',
  rate: 100,
  duration,
  preAllocatedVUs: 10,
  maxVUs: 50,
}

export const options = {
  scenarios: { 1: users(5), 2: users(5), 3: users(5), 4: users(2), 5: users(5), 6: clicks },
  thresholds: { error_rate: ['rate==0'], checks: ['rate==1'] },
  summaryTrendStats: ['p(95)', 'p(99)'],
}

const isSet = (field) => (body) => body[field] !== undefined
const is = (field, value) => (body) => body[field] === value

/** Of each scenario: its request, the limit of its time, and what its answer must be. */
const plays = {
  1: {
    request: () => [
      'POST',
      'USER',
      '/register',
      { email: `user${Date.now()}${Math.random()}@example.com` },
    ],
    limitMs: 100,
    status: 202,
    has: { 'a user id': isSet('id'), event_published: is('event_published', true) },
    pause: 1,
  },
  2: {
    request: () => ['POST', 'PAYMENT', '/process_payment', { amount: 100, currency: 'USD' }],
    limitMs: 100,
    status: 202,
    has: { 'a payment id': isSet('payment_id'), processing: is('status', 'processing') },
    pause: 1,
  },
  3: {
    request: () => [
      'PUT',
      'PRODUCT',
      `/products/${Math.floor(Math.random() * 3) + 1}`,
      { name: `Updated Product ${Date.now()}`, stock: Math.floor(Math.random() * 100) + 1 },
    ],
    limitMs: 100,
    status: 200,
    has: { 'a product id': isSet('id'), event_published: is('event_published', true) },
    pause: 1,
  },
  4: {
    request: () => ['POST', 'REPORT', '/generate_report', { report_type: 'monthly' }],
    limitMs: 150,
    status: 202,
    has: { 'a job id': isSet('job_id'), queued: is('status', 'queued') },
    pause: 2,
  },
  5: {
    request: () => ['POST', 'ORDER', '/create_order', { product_id: 1, quantity: 1 }],
    limitMs: 150,
    status: 202,
    has: { 'an order id': isSet('id'), pending: is('status', 'pending') },
    pause: 1,
  },
  6: {
    request: () => [
      'POST',
      'ANALYTICS',
      '/track_click',
      { user_id: Math.floor(Math.random() * 10_000), page: 'homepage' },
    ],
    limitMs: 50,
    status: 200,
    has: { tracked: is('status', 'tracked') },
    pause: 0,
  },
}

const params = { headers: { 'Content-Type': 'application/json' }, timeout: '5s' }
const urlOf = (service, path) => __ENV[`${service}_SERVICE_URL`] + path

/** The JSON of an answer; an empty object if it is none. */
function bodyOf(response) {
  try {
    return JSON.parse(response.body) ?? {}
  } catch {
    return {}
  }
}

function judge(number, response, { status, has }) {
  const checks = { [`${number}: status is ${status}`]: (r) => r.status === status }
  for (const [name, holds] of Object.entries(has))
    checks[`${number}: has ${name}`] = (r) => holds(bodyOf(r))
  const held = check(response, checks)
  errors.add(!held)
  return held
}

const endLimitSeconds = 4
const lateOrders = new Rate('late_orders')

/**
 * The study gives the saga four seconds to end the order. An order that takes longer is late, as an
 * answer is, and must end nevertheless.
 */
function awaitEnd({ id }) {
  sleep(endLimitSeconds)
  const ask = () => http.get(urlOf('ORDER', `/orders/${id}`), params)
  let order = ask()
  lateOrders.add(bodyOf(order).status === 'pending')
  for (let waited = 0; bodyOf(order).status === 'pending' && waited < 20; waited++) {
    sleep(1)
    order = ask()
  }
  judge(5, order, { status: 200, has: { failed: is('status', 'failed') } })
}

export function play() {
  const number = Number(exec.scenario.name)
  const own = plays[number]
  const [method, service, path, body] = own.request()
  const response = http.request(method, urlOf(service, path), JSON.stringify(body), params)
  const { duration: milliseconds } = response.timings
  times[number - 1].add(milliseconds)
  slow[number - 1].add(milliseconds >= own.limitMs)
  const held = judge(number, response, own)
  if (held && number === 5) awaitEnd(bodyOf(response))
  sleep(own.pause)
}

export const handleSummary = ({ metrics, root_group: { checks } }) => ({
  stdout: JSON.stringify({
    checks: checks.map(({ name, passes, fails }) => ({ name, passes, fails })),
    errorRate: metrics.error_rate.values.rate,
    lateOrders: metrics.late_orders?.values.passes ?? 0,
    limits: numbers.map((number) => ({
      scenario: number,
      limitMs: plays[number].limitMs,
      slow: metrics[`slow_${number}`].values.passes,
      answers: metrics[`slow_${number}`].values.passes + metrics[`slow_${number}`].values.fails,
      p95: metrics[`time_${number}`].values['p(95)'],
    })),
  }),
})
