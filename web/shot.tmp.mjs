import { chromium } from '@playwright/test'
import { readFileSync } from 'node:fs'
const s = JSON.parse(readFileSync('/tmp/webstack.json'))
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'] })
const theme = process.argv[3] ?? 'light', w = Number(process.argv[4] ?? 1280)
const ctx = await b.newContext({ viewport: { width: w, height: w < 500 ? 800 : 900 }, colorScheme: theme, locale: 'en-GB' })
const p = await ctx.newPage()
p.on('console', m => ['error','warning'].includes(m.type()) && console.log('CONSOLE', m.text(), m.location().url))
p.on('pageerror', e => console.log('PAGEERROR', e.stack))
const who = process.argv[2]
if (who !== '-') {
  await p.goto(s.url + '/sign-in')
  await p.getByLabel('E-mail address').fill(s.sign_ins[who].email)
  await p.getByLabel('Password').fill(s.sign_ins[who].password)
  await p.getByRole('button', { name: 'Sign in' }).click()
  await p.waitForURL(s.url + '/')
}
for (const a of process.argv.slice(5)) {
  const [path, name] = a.split('=>')
  await p.goto(s.url + path); await p.waitForTimeout(900)
  await p.screenshot({ path: `/tmp/shots/${name}.png`, fullPage: !process.env.CROP })
}
await b.close()
