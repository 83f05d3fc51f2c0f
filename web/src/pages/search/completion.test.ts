import { describe, expect, it } from 'vitest'
import { filled, inPlace, written } from './completion'

describe('what is being written', () => {
  it('is an operator at the end of the text', () => {
    expect(written('anna skill:tim')).toEqual({ before: 'anna ', operator: 'skill:', value: 'tim', of: 'topic' })
    expect(written('-SEEKS:=x')).toEqual({ before: '', operator: '-SEEKS:=', value: 'x', of: 'topic' })
    expect(written('(near:"New Yo')).toEqual({ before: '(', operator: 'near:', value: 'New Yo', of: 'place' })
  })
  it('is none within words, behind its value, or of another kind', () => {
    for (const text of ['anna', 'skill:timber ', 'skill:"timber"', 'level:2', 'within:x', 'lang:d'])
      expect(written(text)).toBeNull()
  })
  it('is filled with what was chosen, in quotes where it needs them', () => {
    const at = written('anna skill:tim')
    expect(at && filled(at, 'Timber joints')).toBe('anna skill:"Timber joints" ')
    expect(at && filled(at, 'Timber')).toBe('anna skill:Timber ')
    expect(inPlace('Zürich')).toBe('in:Zürich')
    expect(inPlace('New York')).toBe('in:"New York"')
  })
})
