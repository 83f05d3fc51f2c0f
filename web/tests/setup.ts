// What happy-dom lacks and the app needs; and a clean page for each test.
import { cleanup } from '@testing-library/svelte'
import { afterEach, vi } from 'vitest'

HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true
}

afterEach(() => {
  cleanup()
  localStorage.clear()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})
