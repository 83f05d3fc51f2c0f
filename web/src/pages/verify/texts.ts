import texts from '../../locales/en/verify.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
