import texts from '../../locales/en/handling.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
