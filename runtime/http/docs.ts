import { readFile } from 'node:fs/promises'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

const contentTypes = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
} as const

const page = (title: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', tryItOutEnabled: true, displayRequestDuration: true })\n`

// Swagger UI styles its elements inline and embeds its icons as data. All else is from this
// container.
const contentSecurityPolicy = {
  defaultSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
}

/**
 * Interactive documentation of `/openapi.json`. Its files are local: no internet access is needed.
 */
export function docs({ title }: { title: string }): Hono {
  const app = new Hono()
  app.use('/docs/*', secureHeaders({ contentSecurityPolicy }))
  app.get('/docs', (c) => c.html(page(title)))
  app.get('/docs/start.js', (c) =>
    c.body(start, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  )
  for (const [file, contentType] of Object.entries(contentTypes))
    app.get(`/docs/${file}`, async (c) => {
      const content = await readFile(new URL(import.meta.resolve(`swagger-ui-dist/${file}`)))
      return c.body(new Uint8Array(content), 200, {
        'Content-Type': contentType,
        'Cache-Control': 'max-age=86400',
      })
    })
  return app
}
