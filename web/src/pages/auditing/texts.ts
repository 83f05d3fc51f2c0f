import texts from '../../locales/en/auditing.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
