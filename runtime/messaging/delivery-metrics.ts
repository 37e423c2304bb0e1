import type { Metrics } from '../telemetry/metrics.ts'

const via = 'message'

const silent = { observe: () => {} }

/**
 * The metrics of a service as the host of its deliveries sees them: their requests are in series of
 * their own, and those of the port have only the requests of clients.
 */
export const metricsOfDeliveries = (metrics: Metrics): Metrics =>
  ({
    ...metrics,
    countRequest: metrics.countDelivery,
    requestBegins: () => {},
    requestEnds: () => {},
    loopWait: silent,
    slotWait: silent,
    requests: {
      inc: (labels: object, value: number) => metrics.requests.inc({ ...labels, via }, value),
    },
    requestDuration: {
      zero: (labels: object) => metrics.requestDuration.zero({ ...labels, via }),
    },
    // Nothing else of them is called there.
  }) as unknown as Metrics
