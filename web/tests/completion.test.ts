import { expect, test } from 'vitest'
import { filled, written } from '../src/pages/search/completion'

test('an operator at the end of the text is being written', () => {
  expect(written('anna skill:tim')).toEqual({
    before: 'anna ',
    operator: 'skill:',
    value: 'tim',
    of: 'topic'
  })
  expect(written('-SEEKS:=x')).toEqual({ before: '', operator: '-SEEKS:=', value: 'x', of: 'topic' })
  expect(written('(near:"New Yo')).toEqual({ before: '(', operator: 'near:', value: 'New Yo', of: 'place' })
})

test.each(['anna', 'skill:timber ', 'skill:"timber"', 'level:2', 'within:x', 'lang:d'])(
  '%s is none',
  (text) => {
    expect(written(text)).toBeNull()
  }
)

test('what was chosen fills it, in quotes where it needs them', () => {
  const at = written('anna skill:tim')
  expect(at && filled(at, 'Timber joints')).toBe('anna skill:"Timber joints" ')
  expect(at && filled(at, 'Timber')).toBe('anna skill:Timber ')
  expect(at && filled({ ...at, operator: 'in:' }, 'New York')).toBe('anna in:"New York" ')
})
