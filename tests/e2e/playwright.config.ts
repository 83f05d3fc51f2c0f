// The browser tests: the built app and the real programs, in Debian's Chromium. Nothing is downloaded.
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  outputDir: 'output',
  globalSetup: './global-setup.ts',
  reporter: 'list',
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  // Long, so that a busy machine fails nothing: what hangs hangs for ever.
  timeout: 600_000,
  expect: { timeout: 90_000 },
  use: {
    actionTimeout: 90_000,
    locale: 'en-GB',
    timezoneId: 'Europe/Zurich',
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    contextOptions: { reducedMotion: 'reduce' },
    trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Chromium's sandbox does not work for root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])
      ]
    }
  }
})
