// Tests in a real browser against a whole instance: a database, agorad, tmtpd. The instance is started by
// lib/instance.ts, or, with AGORA_INSTANCE=FILE, is the one that FILE describes (what scripts/stack.py prints).
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  outputDir: 'output',
  globalSetup: './lib/instance.ts',
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'Europe/Zurich',
    viewport: { width: 1280, height: 900 },
    actionTimeout: 15_000,
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  }
})
