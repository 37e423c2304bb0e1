# One image for all functions: FUNCTION selects the one that a container runs.
#   docker build --target node .   on Node, the default of docker-compose-sync.yml
#   docker build --target bun .    the same files on Bun (RUNTIME=bun)

FROM node:26.10.0-slim AS base
# Node.js 26 is linked against libatomic, which some slim images lack.
RUN ldconfig -p | grep -q libatomic.so.1 \
 || { apt-get update && apt-get install -y --no-install-recommends libatomic1 && rm -rf /var/lib/apt/lists/*; }

FROM base AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The embedded PostgreSQL is optional, for the lab without Docker. No install script is needed here.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM oven/bun:1.4.5-slim AS bun
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY db db
COPY functions functions
COPY model model
COPY runtime runtime
USER bun
EXPOSE 8000
# The runtime is process 1, so that SIGTERM reaches it and it completes accepted requests.
CMD ["bun", "runtime/main.ts"]

FROM base AS node
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY db db
COPY functions functions
COPY model model
COPY runtime runtime
USER node
EXPOSE 8000
# Memory depends on load instead of V8's idle heuristics. The same flags are in local/process.ts.
CMD ["node", "--min-semi-space-size=8", "--max-semi-space-size=8", "--no-memory-reducer", "--heap-growing-percent=30", "runtime/main.ts"]
