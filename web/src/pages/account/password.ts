import './texts'
import { t } from '../../lib/i18n/index.svelte'

/** What is wrong with a new password, or null; the server also refuses common ones. */
export function passwordFault(password: string): string | null {
  const length = [...password].length
  if (length < 12) return t('password.short')
  return length > 256 ? t('password.long') : null
}
