import texts from '../../locales/en/admin.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
