import texts from '../../locales/en/staff.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
