// The Node server that make bench-search compares agorad with: fastify and pg in two processes, each
// with four connections, statements prepared by name, answers passed on as the text that PostgreSQL
// made. It gets the statements' parameters ready-made (BENCH_PARAMETERS: a file of JSON, path to list),
// where agorad takes queries apart and composes them: all that it saves is in its favour.
import cluster from 'node:cluster'
import { readFileSync } from 'node:fs'
import fastify from 'fastify'
import pg from 'pg'

const PROCESSES = 2
const CONNECTIONS = 4
const STATEMENT = 'select page from agora.search_answer($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)'

async function serve() {
  const parameters = new Map(Object.entries(JSON.parse(readFileSync(process.env.BENCH_PARAMETERS, 'utf8'))))
  const pool = new pg.Pool({ host: process.env.BENCH_SOCKET, database: process.env.BENCH_DATABASE, user: 'agora_app', max: CONNECTIONS })
  const app = fastify({ logger: false })

  app.get('/api/v1/members', async (request, reply) => {
    const values = parameters.get(request.url)
    if (!values) return reply.code(404).send()
    const { rows } = await pool.query({ name: 'page', text: STATEMENT, values })
    return reply.type('application/json').header('cache-control', 'private, no-store').send(rows[0].page)
  })
  await app.listen({ host: '127.0.0.1', port: Number(process.env.BENCH_PORT) })
}

if (cluster.isPrimary) {
  for (let i = 0; i < PROCESSES; i++) cluster.fork()
  process.on('SIGTERM', () => process.exit(0))
} else {
  process.on('disconnect', () => process.exit(0))
  await serve()
}
