/** The events of all functions, by their type: the newest version of each. */
import type { EventName } from '../../model/messages.ts'
import { clickTracked } from '../analytics/events.ts'
import { stockRejected, stockReleased, stockReserved } from '../inventory/events.ts'
import { orderCreated } from '../order/events.ts'
import { orderPaid, paymentCompleted, paymentFailed, paymentInitiated } from '../payment/events.ts'
import { productUpdated } from '../product/events.ts'
import { generateReportJob, reportGenerated } from '../report/events.ts'
import { userRegistered } from '../user/events.ts'
import type { Event } from './event.ts'

export const events: { [E in EventName]: Event<E> } = {
  UserRegistered: userRegistered,
  PaymentInitiated: paymentInitiated,
  PaymentCompleted: paymentCompleted,
  ProductUpdated: productUpdated,
  GenerateReportJob: generateReportJob,
  ReportGenerated: reportGenerated,
  OrderCreated: orderCreated,
  StockReserved: stockReserved,
  StockRejected: stockRejected,
  OrderPaid: orderPaid,
  PaymentFailed: paymentFailed,
  StockReleased: stockReleased,
  ClickTracked: clickTracked,
}
