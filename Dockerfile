# One image for all ten functions: FUNCTION says which one a container runs.
#   docker build --target node .   on Node, the default of docker-compose-sync.yml
#   docker build --target bun .    the same files on Bun (RUNTIME=bun)

FROM node:26.10.0-slim AS base
# Node.js 26 is linked against libatomic, which not every slim image brings along.
RUN ldconfig -p | grep -q libatomic.so.1 \
 || { apt-get update && apt-get install -y --no-install-recommends libatomic1 && rm -rf /var/lib/apt/lists/*; }

FROM base AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The embedded PostgreSQL is an optional dependency, for the lab without Docker; no install script has anything to do here.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM oven/bun:1.4.5-slim AS bun
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY db db
COPY functions functions
COPY model model
COPY runtime runtime
USER bun
EXPOSE 8000
# The runtime itself is process 1, so that SIGTERM reaches it and it can finish what it accepted.
CMD ["bun", "runtime/main.ts"]

FROM base AS node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY db db
COPY functions functions
COPY model model
COPY runtime runtime
USER node
EXPOSE 8000
# What a service holds follows from what it does, not from when V8 last found it idle; as local/process.ts has it.
CMD ["node", "--min-semi-space-size=8", "--max-semi-space-size=8", "--no-memory-reducer", "--heap-growing-percent=30", "runtime/main.ts"]
