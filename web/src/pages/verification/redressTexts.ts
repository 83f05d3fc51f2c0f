import texts from '../../locales/en/redress.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
