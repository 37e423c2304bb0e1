/** The RabbitMQ of the stacks: what each file says of it in its own words. */
import { variable } from './compose.ts'

/** As a line of compose, which .ci/digests finds. */
const image = `
    image: rabbitmq:4.3.6-management
`
export const rabbitmqImage = image.trim().replace('image: ', '')

/** Its user, and the password: it is reached inside the network of the stack alone. */
export const rabbitmqAccount = 'lockstep'

const url = `amqp://${rabbitmqAccount}:${rabbitmqAccount}@rabbitmq:5672`

const databaseUrl = '  DATABASE_URL: postgresql://dbuser:dbpass@postgres:5432/microservices_db\n'

/** What a stack says of its database, and what with a broker beside it. */
export const withBroker: [from: string, to: string] = [
  databaseUrl,
  `${databaseUrl}  BROKER_URL: ${variable('BROKER_URL', url)}\n`,
]
