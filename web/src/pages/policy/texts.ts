import texts from '../../locales/en/policy.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
