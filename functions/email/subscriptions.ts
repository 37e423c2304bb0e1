import { consumes, on } from '../messaging/subscription.ts'
import { userRegistered } from '../user/events.ts'
import { sendWelcomeEmail } from './contract.ts'

export default consumes<'email'>({
  user_registered_queue: on(userRegistered, sendWelcomeEmail).as(({ email, user_id }) => ({
    email,
    user_id,
  })),
})
