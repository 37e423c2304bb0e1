/** The floor of scenario 3's three callees, and of clicks. */

import { logUpdate, trackClick } from '../../functions/analytics/contract.ts'
import { invalidateCache } from '../../functions/cache/contract.ts'
import { acknowledged } from '../../functions/http/acknowledgement.ts'
import { reindex } from '../../functions/search/contract.ts'
import { type FunctionName, services } from '../../model/services.ts'
import { bodyOf } from './contract-schemas.ts'
import { route } from './serve.ts'

const acknowledging = (name: FunctionName, { path }: { path: string }) =>
  route({
    method: 'POST',
    path,
    schema: acknowledged.body,
    answer: ({ product_id }) => ({
      status: 200,
      body: {
        status: 'ok',
        product_id,
        service: services[name].name,
        timestamp: new Date().toISOString(),
      },
    }),
  })

const clicks = route({
  method: 'POST',
  path: trackClick.path,
  schema: bodyOf(trackClick),
  answer: () => ({ status: 200, body: { status: 'tracked' } }),
})

export const search = () => [acknowledging('search', reindex)]
export const cache = () => [acknowledging('cache', invalidateCache)]
export const analytics = () => [acknowledging('analytics', logUpdate), clicks]
