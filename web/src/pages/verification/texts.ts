import texts from '../../locales/en/verification.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
