import { render, screen } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { Problem } from '../src/lib/api/problem'
import { shell } from '../src/lib/shell.svelte'
import SampleForm from './SampleForm.svelte'

const setup = (submit: (why: string) => Promise<void>) => {
  render(SampleForm, { submit })
  return userEvent.setup()
}

test('a form that is not right is not sent; what is wrong is listed, focused and leads to its field', async () => {
  const submit = vi.fn()
  const user = setup(submit)
  await user.click(screen.getByRole('button', { name: 'Send' }))
  expect(submit).not.toHaveBeenCalled()
  expect(document.activeElement).toBe(screen.getByRole('alert'))
  expect(shell.wrong).toBe(true)
  const box = screen.getByLabelText('Why')
  expect(box.getAttribute('aria-invalid')).toBe('true')
  const described = (box.getAttribute('aria-describedby') ?? '').split(' ')
  expect(described.map((id) => document.getElementById(id)?.textContent)).toEqual([
    'In a few words',
    'Say why'
  ])
  await user.click(screen.getByRole('link', { name: 'Say why' }))
  expect(document.activeElement).toBe(box)
})

test('what the server refuses stands beside its field', async () => {
  const errors = [{ pointer: '/introduction/why', detail: 'No addresses, please.' }]
  const user = setup(() => Promise.reject(new Problem(422, { type: '/errors/invalid-field', errors })))
  await user.type(screen.getByLabelText('Why'), 'because')
  await user.click(screen.getByRole('button', { name: 'Send' }))
  expect(await screen.findAllByText('No addresses, please.')).toHaveLength(2)
  expect((screen.getByLabelText('Why') as HTMLTextAreaElement).value).toBe('because')
})

test('a fault of the server is told with its reference', async () => {
  const user = setup(() => Promise.reject(new Problem(500, { detail: 'It broke.', instance: 'abc' })))
  await user.type(screen.getByLabelText('Why'), 'because')
  await user.click(screen.getByRole('button', { name: 'Send' }))
  expect((await screen.findByRole('alert')).textContent).toContain('It broke. Reference: abc')
})

test('pressing twice sends once', async () => {
  let finish: () => void = () => undefined
  const submit = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)))
  const user = setup(submit)
  await user.type(screen.getByLabelText('Why'), 'because')
  await user.click(screen.getByRole('button', { name: 'Send' }))
  await user.click(screen.getByRole('button', { name: 'Sending …' }))
  expect(submit).toHaveBeenCalledTimes(1)
  finish()
  expect(await screen.findByRole('button', { name: 'Send' })).toBeTruthy()
})

test('characters are counted as people count them', async () => {
  const user = setup(vi.fn())
  await user.type(screen.getByLabelText('Why'), '12345678901')
  expect(screen.getByText('1 character too many')).toBeTruthy()
})
