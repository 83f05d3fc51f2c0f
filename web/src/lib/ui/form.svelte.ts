// What a form and its fields know together: errors by field, and where a problem's pointers lead.
import { getContext, setContext, tick } from 'svelte'
import type { Problem } from '../api/problem'
import { t } from '../i18n/index.svelte'
import { shell } from '../shell.svelte'

export type Wrong = Record<string, string>

export class FormState {
  /** by field name; '' holds what belongs to no field */
  errors = $state<Wrong>({})
  busy = $state(false)
  readonly prefix: string
  readonly names = new Set<string>()

  constructor(prefix: string) {
    this.prefix = prefix
  }

  id(name: string): string {
    return `${this.prefix}-${name}`
  }

  async show(errors: Wrong): Promise<void> {
    this.errors = errors
    shell.wrong = Object.keys(errors).length > 0
    if (!shell.wrong) return
    await tick()
    document.getElementById(this.id('errors'))?.focus()
  }

  /** Sort a problem's errors to the fields they name. */
  async refuse(problem: Problem): Promise<void> {
    const errors: Wrong = {}
    for (const { pointer, detail } of problem.fields) {
      const name = this.field(pointer)
      errors[name] = errors[name] ? `${errors[name]} ${detail}` : detail
    }
    if (Object.keys(errors).length === 0) errors[''] = problem.sentence
    if (problem.requestId && problem.status >= 500)
      errors[''] = `${errors[''] ?? problem.sentence} ${t('problem.reference', { id: problem.requestId })}`
    await this.show(errors)
  }

  /** /fields/headline/value → headline: the innermost part that is a field here. */
  field(pointer: string): string {
    const parts = pointer.split('/').map((p) => p.replaceAll('~1', '/').replaceAll('~0', '~'))
    return parts.reverse().find((part) => this.names.has(part)) ?? ''
  }
}

const key = Symbol('form')
export const provideForm = (form: FormState) => setContext(key, form)
export const useForm = () => getContext<FormState>(key)
