/** Everything that is generated: files, and regions of files with their content. */
import { composeServices, composeSettings, serviceAddresses } from './compose.ts'
import { examplePorts, exampleSettings } from './environment.ts'
import { kubernetesFiles } from './kubernetes/files.ts'
import { migrationImports } from './migrations.ts'
import { fillRegion } from './regions.ts'
import { scrapeJobs } from './scrape-jobs.ts'
import { swarmFiles } from './swarm/files.ts'
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

const inFolder = (folder: string, files: Record<string, () => string>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]))

/** The files that are generated whole. */
const whole = {
  ...inFolder('deploy/kubernetes', kubernetesFiles),
  ...inFolder('deploy', swarmFiles),
}

/** The files that are generated, whole or in regions. */
export const generatedFiles = [...Object.keys(regions), ...Object.keys(whole)]

/** A file's text with what is generated filled in. */
export const fill = (file: string, text: string): string =>
  whole[file]?.() ??
  Object.entries(regions[file] ?? {}).reduce(
    (filled, [name, content]) => fillRegion(file, filled, name, content()),
    text,
  )
