import texts from '../../locales/en/search.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
