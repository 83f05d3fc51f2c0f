// Pages as strangers get them whose browser runs no scripts.
import type { Page } from '@playwright/test'

/** The page as a browser without JavaScript shows it, in one that can be looked into. */
export async function unwrapped(page: Page, path: string): Promise<void> {
  await page.route('**' + path.replaceAll('?', '\\?'), async (route) => {
    const response = await route.fetch()
    const html = (await response.text())
      .replace(/<\/?noscript>/g, '')
      .replace(/<script(?! type="application)[^>]*><\/script>/g, '')
    await route.fulfill({ response, body: html })
  })
  await page.goto(path)
}
