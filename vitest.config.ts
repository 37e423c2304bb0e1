import { defineConfig } from 'vitest/config'

const setup = { globalSetup: 'tests/setup/postgres.ts', testTimeout: 30_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    projects: [
      { test: { ...setup, name: 'unit', include: ['{functions,runtime,db,lab}/**/*.test.ts'] } },
      { test: { ...setup, name: 'services', include: ['tests/**/*.test.ts'] } },
    ],
  },
})
