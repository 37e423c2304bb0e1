/** The routes of the services, in OpenAPI's notation, by their operation. */
export const routes = {
  register: '/register',
  getUsers: '/users',
  sendWelcomeEmail: '/send_welcome_email',
  processPayment: '/process_payment',
  processPaymentFail: '/process_payment_fail',
  getProducts: '/products',
  getProduct: '/products/{product_id}',
  putProduct: '/products/{product_id}',
  reindex: '/reindex',
  invalidateCache: '/invalidate_cache',
  logUpdate: '/log_update',
  generateReport: '/generate_report',
  createOrder: '/create_order',
  getOrders: '/orders',
  getInventory: '/inventory',
  reserveStock: '/reserve_stock',
  compensateStock: '/compensate_stock',
  trackClick: '/track_click',
} as const

/** The path of a route with these parameters. */
export const pathOf = (route: string, parameters: Readonly<Record<string, number>> = {}): string =>
  route.replaceAll(/{(.+?)}/g, (_, name: string) => String(parameters[name]))

/**
 * The header in which a response names the replica that sent it: the host name of its container, or
 * the name of its pod.
 */
export const servedByHeader = 'x-served-by'
