/** Every region that is generated: the file, the region, and its content. */
import { composeServices, composeSettings, serviceAddresses } from './compose.ts'
import { examplePorts, exampleSettings } from './environment.ts'
import { migrationImports } from './migrations.ts'
import { fillRegion } from './regions.ts'
import { scrapeJobs } from './scrape-jobs.ts'
import { servicesTable, settingsTable } from './tables.ts'

const regions: Record<string, Record<string, () => string>> = {
  'docker-compose-sync.yml': {
    settings: composeSettings,
    services: composeServices,
    addresses: serviceAddresses,
  },
  'observability/prometheus/prometheus.yml': { jobs: scrapeJobs },
  'db/migrate.ts': { migrations: migrationImports },
  '.env.example': { settings: exampleSettings, ports: examplePorts },
  'README.md': { services: servicesTable },
  'docs/settings.md': { settings: settingsTable },
}

/** The files that have generated regions. */
export const generatedFiles = Object.keys(regions)

/** A file's text with its regions filled. */
export const fill = (file: string, text: string): string =>
  Object.entries(regions[file] ?? {}).reduce(
    (filled, [name, content]) => fillRegion(file, filled, name, content()),
    text,
  )
