import texts from '../../locales/en/me.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
