# One image for all functions: FUNCTION selects the one that a container runs.
#   docker build --target node .   on Node, the default of docker-compose-sync.yml
#   docker build --target bun .    the same bundle on Bun (RUNTIME=bun)

FROM node:26.10.0-slim AS base
# Node.js 26 is linked against libatomic, which some slim images lack.
RUN ldconfig -p | grep -q libatomic.so.1 \
 || { apt-get update && apt-get install -y --no-install-recommends libatomic1 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*; }

FROM base AS bundle
WORKDIR /app
COPY package.json package-lock.json ./
# The bundler is among the dependencies. No install script is needed here.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY db db
COPY formats formats
COPY functions functions
COPY local local
COPY model model
COPY runtime runtime
RUN node local/bundle/bundle.ts bundle
# What the image holds: the bundle, and the files of the documentation, which runtime/http/docs.ts reads.
RUN mkdir -p image/node_modules/swagger-ui-dist \
 && mv package.json bundle image/ \
 && cd node_modules/swagger-ui-dist \
 && mv swagger-ui.css swagger-ui-bundle.js favicon-32x32.png ../../image/node_modules/swagger-ui-dist/

FROM oven/bun:1.4.5-slim AS bun
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000
WORKDIR /app
COPY --from=bundle /app/image ./
USER bun
EXPOSE 8000
# The runtime is process 1, so that SIGTERM reaches it and it completes accepted requests.
CMD ["bun", "bundle/runtime/main.js"]

FROM base AS node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000
WORKDIR /app
COPY --from=bundle /app/image ./
USER node
EXPOSE 8000
# Memory depends on load instead of V8's idle heuristics. The same flags are in local/processes/process.ts.
CMD ["node", "--max-semi-space-size=8", "--no-memory-reducer", "bundle/runtime/main.js"]
