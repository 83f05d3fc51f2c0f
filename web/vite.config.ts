// Builds the app to dist/: hashed files under /assets/, index.html, theme.js and icon.svg as they are,
// and plain.css, the style that pages rendered by the server share with the app.
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  logLevel: 'warn',
  plugins: [
    svelte({
      onwarn(warning) {
        if (warning.filename?.includes('node_modules')) return
        throw new Error(`${warning.filename}: ${warning.message} (${warning.code})`)
      }
    })
  ],
  resolve: {
    alias: { $lib: here('./src/lib') },
    ...(process.env.VITEST ? { conditions: ['browser'] } : {})
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: { app: here('./index.html'), plain: here('./src/styles/plain.css') },
      output: {
        // What every page needs is one file: it packs better than a dozen.
        codeSplitting: {
          groups: [
            {
              name: 'shell',
              test: /node_modules\/(svelte|esm-env|clsx|openapi-fetch)\/|src\/(main|App|routes|frame|pages\/system|locales\/en\/shell|lib\/([a-z.]+\.ts|i18n\/|api\/(client|problem|keys|queries)\.|ui\/(Avatar|Dialog|Field|Form|Icon|Page|TextField)\.))/
            }
          ]
        },
        assetFileNames: (file) =>
          file.names.includes('plain.css') ? 'plain.css' : 'assets/[name]-[hash][extname]'
      }
    }
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/oauth2', '/.well-known'].map((path) => [
        path,
        process.env.AGORA_URL ?? 'http://localhost:8080'
      ])
    )
  },
  test: { environment: 'happy-dom', include: ['tests/**/*.test.ts', 'tests/**/*.test.svelte.ts'], setupFiles: ['tests/setup.ts'] }
})
